package main

import (
	"fmt"
	"reflect"
	"sort"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// A kind whose objects a server can send.
type kind struct {
	apiVersion, name string
	goType           reflect.Type
}

var (
	objectMeta            = reflect.TypeFor[metav1.ObjectMeta]()
	listMeta              = reflect.TypeFor[metav1.ListMeta]()
	status                = reflect.TypeFor[metav1.Status]()
	partialObjectMetadata = reflect.TypeFor[metav1.PartialObjectMetadata]()
	managedFieldsEntry    = reflect.TypeFor[metav1.ManagedFieldsEntry]()
)

// findKinds returns all kinds with object metadata, and Status. The types of options have none.
//
// A decoder reads an object's metadata and a list's items without a table, so their field numbers are checked here.
func findKinds(scheme *runtime.Scheme) ([]kind, error) {
	var kinds []kind
	for gvk, goType := range scheme.AllKnownTypes() {
		if gvk.Version == runtime.APIVersionInternal {
			continue
		}
		if metadata, ok := protobufField(goType, 1); ok && metadata.Type == listMeta {
			if goType == status {
				continue
			}
			items, ok := protobufField(goType, 2)
			if !ok || jsonName(items) != "items" || goType.NumField() != 3 {
				return nil, fmt.Errorf("%v is not a list as the decoder expects", gvk)
			}
			continue
		}
		metadata, ok := goType.FieldByName("ObjectMeta")
		if !ok || metadata.Type != objectMeta {
			continue
		}
		if number, _ := fieldNumber(metadata); number != 1 || jsonName(metadata) != "metadata" {
			return nil, fmt.Errorf("%v does not have its metadata in field 1", gvk)
		}
		if !reflect.PointerTo(goType).Implements(marshaler) {
			continue
		}
		kinds = append(kinds, kind{gvk.GroupVersion().String(), gvk.Kind, goType})
	}
	kinds = append(kinds, kind{"v1", "Status", status})
	sort.Slice(kinds, func(i, j int) bool {
		a, b := kinds[i], kinds[j]
		if a.apiVersion != b.apiVersion {
			return a.apiVersion < b.apiVersion
		}
		return a.name < b.name
	})
	return kinds, nil
}

var marshaler = reflect.TypeFor[interface{ Marshal() ([]byte, error) }]()

func protobufField(goType reflect.Type, number int) (reflect.StructField, bool) {
	if goType.Kind() != reflect.Struct {
		return reflect.StructField{}, false
	}
	for i := range goType.NumField() {
		field := goType.Field(i)
		if found, ok := fieldNumber(field); ok && found == number {
			return field, true
		}
	}
	return reflect.StructField{}, false
}

// fieldNumber reads the number in the tag `protobuf:"bytes,2,opt,name=spec"`; false if the field is not encoded.
func fieldNumber(field reflect.StructField) (int, bool) {
	parts := strings.Split(field.Tag.Get("protobuf"), ",")
	if len(parts) < 2 {
		return 0, false
	}
	var number int
	if _, err := fmt.Sscanf(parts[1], "%d", &number); err != nil {
		return 0, false
	}
	return number, true
}

func jsonName(field reflect.StructField) string {
	return strings.Split(field.Tag.Get("json"), ",")[0]
}

func jsonOption(field reflect.StructField, option string) bool {
	for _, found := range strings.Split(field.Tag.Get("json"), ",")[1:] {
		if found == option {
			return true
		}
	}
	return false
}
