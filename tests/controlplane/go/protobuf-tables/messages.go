package main

import (
	"fmt"
	"reflect"
	"sort"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextensionsv1beta1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1beta1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// One field of a message, as the decoder needs it.
type field struct {
	number int
	name   string
	// A variant of the decoder's `ValueType`.
	value string
	// The message, if `value` has one.
	message reflect.Type
	flags   flags
}

// Flags of a field. The Rust file has the same bits.
type flags uint8

const (
	// JSON has this field even if the message does not: as null with absentNull, as the zero value without.
	absentShown flags = 1 << iota
	absentNull
	// JSON does not have this field if its value is zero, `omitempty`.
	zeroOmitted
	// The fields of this message appear in the object that contains it.
	inline
	repeated
	isMap
)

// The types whose JSON is not that of their fields.
var special = map[reflect.Type]string{
	reflect.TypeFor[metav1.Time]():                                       "Time",
	reflect.TypeFor[metav1.MicroTime]():                                  "MicroTime",
	reflect.TypeFor[resource.Quantity]():                                 "Quantity",
	reflect.TypeFor[intstr.IntOrString]():                                "IntOrString",
	reflect.TypeFor[runtime.RawExtension]():                              "RawJson",
	reflect.TypeFor[metav1.FieldsV1]():                                   "RawJson",
	reflect.TypeFor[apiextensionsv1.JSON]():                              "RawJson",
	reflect.TypeFor[apiextensionsv1beta1.JSON]():                         "RawJson",
	reflect.TypeFor[apiextensionsv1.JSONSchemaPropsOrArray]():            "SchemaOrList",
	reflect.TypeFor[apiextensionsv1beta1.JSONSchemaPropsOrArray]():       "SchemaOrList",
	reflect.TypeFor[apiextensionsv1.JSONSchemaPropsOrBool]():             "SchemaOrBool",
	reflect.TypeFor[apiextensionsv1beta1.JSONSchemaPropsOrBool]():        "SchemaOrBool",
	reflect.TypeFor[apiextensionsv1.JSONSchemaPropsOrStringArray]():      "SchemaOrStrings",
	reflect.TypeFor[apiextensionsv1beta1.JSONSchemaPropsOrStringArray](): "SchemaOrStrings",
}

var jsonMarshaler = reflect.TypeFor[interface{ MarshalJSON() ([]byte, error) }]()

// messageFields returns the fields of a message, ordered by number.
func messageFields(message reflect.Type) ([]field, error) {
	var fields []field
	for i := range message.NumField() {
		goField := message.Field(i)
		number, ok := fieldNumber(goField)
		if !ok {
			if goField.Type == reflect.TypeFor[metav1.TypeMeta]() || jsonName(goField) == "-" {
				continue
			}
			return nil, fmt.Errorf("%v.%s has no number", message, goField.Name)
		}
		described, err := describe(goField, number)
		if err != nil {
			return nil, fmt.Errorf("%v.%s: %w", message, goField.Name, err)
		}
		fields = append(fields, described)
	}
	sort.Slice(fields, func(i, j int) bool { return fields[i].number < fields[j].number })
	for i, found := range fields {
		if found.number < 1 || found.number > 255 || (i > 0 && fields[i-1].number == found.number) {
			return nil, fmt.Errorf("%v: field number %d", message, found.number)
		}
	}
	return fields, nil
}

func describe(goField reflect.StructField, number int) (field, error) {
	goType, described := goField.Type, field{number: number, name: jsonName(goField)}
	isPointer := goType.Kind() == reflect.Pointer
	if isPointer {
		goType = goType.Elem()
	}
	var isCollection bool
	if _, isMessage := special[goType]; !isMessage && !isStringList(goType) {
		switch {
		case goType.Kind() == reflect.Map:
			if isPointer || goType.Key().Kind() != reflect.String {
				return field{}, fmt.Errorf("a map of type %v", goType)
			}
			described.flags |= isMap
			goType, isCollection = goType.Elem(), true
		case goType.Kind() == reflect.Slice && goType.Elem().Kind() != reflect.Uint8:
			if isPointer {
				return field{}, fmt.Errorf("a pointer to a list")
			}
			described.flags |= repeated
			goType, isCollection = goType.Elem(), true
		}
	}
	value, message, err := valueOf(goType)
	if err != nil {
		return field{}, err
	}
	described.value, described.message = value, message
	isStruct := goType.Kind() == reflect.Struct && !isCollection && !isPointer
	omitempty, omitzero := jsonOption(goField, "omitempty"), jsonOption(goField, "omitzero")
	if omitzero && value != "Time" {
		return field{}, fmt.Errorf("omitzero of type %v", goType)
	}
	if goField.Anonymous && described.name == "" {
		if value != "Message" || isPointer {
			return field{}, fmt.Errorf("an embedded %v", goType)
		}
		described.flags |= inline | absentShown
		return described, nil
	}
	if described.name == "" || described.name == "-" {
		return field{}, fmt.Errorf("no JSON name")
	}
	if omitzero || (omitempty && !isStruct && !isPointer) {
		described.flags |= zeroOmitted
	} else if !omitempty || isStruct {
		described.flags |= absentShown
		if isPointer || isCollection || value == "Bytes" || isStringList(goType) {
			described.flags |= absentNull
		}
	}
	return described, nil
}

// isStringList reports whether a list of strings is encoded as a message, so that it can be the value of a map.
func isStringList(goType reflect.Type) bool {
	return goType.Kind() == reflect.Slice && goType.Elem().Kind() == reflect.String &&
		reflect.PointerTo(goType).Implements(marshaler)
}

func valueOf(goType reflect.Type) (string, reflect.Type, error) {
	if value, ok := special[goType]; ok {
		switch value {
		case "SchemaOrList", "SchemaOrBool", "SchemaOrStrings":
			return value, goType, nil
		}
		return value, nil, nil
	}
	if isStringList(goType) {
		return "Strings", nil, nil
	}
	if goType.Implements(jsonMarshaler) || reflect.PointerTo(goType).Implements(jsonMarshaler) {
		return "", nil, fmt.Errorf("the JSON of %v is unknown", goType)
	}
	switch goType.Kind() {
	case reflect.Bool:
		return "Bool", nil, nil
	case reflect.Int32:
		return "Int32", nil, nil
	case reflect.Int64, reflect.Int:
		return "Int64", nil, nil
	case reflect.Float64:
		return "Double", nil, nil
	case reflect.String:
		return "Text", nil, nil
	case reflect.Slice:
		if goType.Elem().Kind() == reflect.Uint8 {
			return "Bytes", nil, nil
		}
	case reflect.Struct:
		return "Message", goType, nil
	}
	return "", nil, fmt.Errorf("values of type %v are unknown", goType)
}

// findMessages returns the fields of all messages that the kinds contain.
func findMessages(kinds []kind) (map[reflect.Type][]field, error) {
	messages := map[reflect.Type][]field{}
	var visit func(reflect.Type) error
	visit = func(message reflect.Type) error {
		if _, ok := messages[message]; ok {
			return nil
		}
		fields, err := schemaFields(message)
		if err != nil {
			return err
		}
		messages[message] = fields
		for _, field := range fields {
			if field.message != nil {
				if err := visit(field.message); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for _, kind := range kinds {
		if err := visit(kind.goType); err != nil {
			return nil, err
		}
	}
	return messages, nil
}

// schemaFields is messageFields, also for the messages that JSON shows as one of their fields. Those have no JSON
// names: their own are used.
func schemaFields(message reflect.Type) ([]field, error) {
	if _, ok := special[message]; !ok {
		return messageFields(message)
	}
	var fields []field
	for i := range message.NumField() {
		goField := message.Field(i)
		number, _ := fieldNumber(goField)
		goField.Tag = reflect.StructTag(fmt.Sprintf(`json:"%s"`, goField.Name))
		described, err := describe(goField, number)
		if err != nil {
			return nil, err
		}
		described.flags &= repeated
		fields = append(fields, described)
	}
	return fields, nil
}
