package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand"
	"reflect"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextensionsv1beta1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1beta1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// How many random objects of each kind are written, besides the three regular ones.
const randomSamples = 8

// writeSamples writes objects of each kind. Each is four texts, each with its length before it (4 bytes, big endian):
// apiVersion, kind, JSON, protobuf.
func writeSamples(out io.Writer, kinds []kind) error {
	random := rand.New(rand.NewSource(1))
	for _, kind := range kinds {
		for sample := range 3 + randomSamples {
			object := reflect.New(kind.goType)
			(&filler{random: random, sample: sample, nested: map[reflect.Type]int{}}).fill(object.Elem())
			text, err := json.Marshal(object.Interface())
			if err != nil {
				return fmt.Errorf("%s %s: %w", kind.apiVersion, kind.name, err)
			}
			message, err := object.Interface().(interface{ Marshal() ([]byte, error) }).Marshal()
			if err != nil {
				return fmt.Errorf("%s %s: %w", kind.apiVersion, kind.name, err)
			}
			for _, part := range [][]byte{[]byte(kind.apiVersion), []byte(kind.name), text, message} {
				if err := binary.Write(out, binary.BigEndian, uint32(len(part))); err != nil {
					return err
				}
				if _, err := out.Write(part); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// Sets the fields of an object: none in sample 0, all to their zero values in sample 1, all to other values in sample 2,
// random ones to random values in the others.
type filler struct {
	random *rand.Rand
	sample int
	count  int64
	// How often each type contains itself.
	nested map[reflect.Type]int
}

// Types that are nested deeper contain no others of their own type: their number would grow too fast.
const maxNested = 2

func (f *filler) isSet() bool {
	switch {
	case f.sample == 0:
		return false
	case f.sample < 3:
		return true
	default:
		return f.random.Intn(2) == 0
	}
}

// pick returns the zero value, a running number, or an extreme one.
func (f *filler) pick(extreme ...int64) int64 {
	f.count++
	switch {
	case f.sample == 1:
		return 0
	case f.sample == 2:
		return f.count
	}
	switch choice := f.random.Intn(len(extreme) + 3); choice {
	case 0:
		return 0
	case 1, 2:
		return f.random.Int63n(1000) - 100
	default:
		return extreme[choice-3]
	}
}

func (f *filler) text() string {
	texts := []string{"", "a", "ünïcödé \u2028 \U0001f600", "with \"quotes\", \\ and\nlines\x01", "x<y>&z"}
	if f.sample < 3 {
		if f.sample == 1 {
			return ""
		}
		return fmt.Sprintf("text-%d", f.pick())
	}
	return texts[f.random.Intn(len(texts))]
}

func (f *filler) fill(value reflect.Value) {
	if f.fillSpecial(value) {
		return
	}
	switch value.Kind() {
	case reflect.Pointer:
		if f.isSet() && !f.isTooDeep(value.Type()) {
			value.Set(reflect.New(value.Type().Elem()))
			f.fill(value.Elem())
		}
	case reflect.Struct:
		f.nested[value.Type()]++
		defer func() { f.nested[value.Type()]-- }()
		for i := range value.NumField() {
			if value.Type().Field(i).Type == reflect.TypeFor[metav1.TypeMeta]() || !value.Field(i).CanSet() {
				continue
			}
			f.fill(value.Field(i))
		}
	case reflect.Slice:
		if value.Type().Elem().Kind() == reflect.Uint8 {
			if f.isSet() {
				value.SetBytes([]byte(f.text()))
			}
			return
		}
		if !f.isSet() || f.isTooDeep(value.Type()) {
			return
		}
		for range f.length() {
			element := reflect.New(value.Type().Elem()).Elem()
			f.fill(element)
			value.Set(reflect.Append(value, element))
		}
	case reflect.Map:
		if !f.isSet() || f.isTooDeep(value.Type()) {
			return
		}
		value.Set(reflect.MakeMap(value.Type()))
		for i := range f.length() {
			element := reflect.New(value.Type().Elem()).Elem()
			f.fill(element)
			if element.Kind() == reflect.Slice && element.IsNil() {
				// Protobuf does not distinguish these from empty ones.
				element.Set(reflect.MakeSlice(element.Type(), 0, 0))
			}
			key := reflect.ValueOf(fmt.Sprintf("key-%d", i)).Convert(value.Type().Key())
			value.SetMapIndex(key, element)
		}
	case reflect.String:
		value.SetString(f.text())
	case reflect.Bool:
		value.SetBool(f.sample == 2 || (f.sample > 2 && f.random.Intn(2) == 0))
	case reflect.Int32:
		value.SetInt(f.pick(math.MaxInt32, math.MinInt32, -1))
	case reflect.Int64, reflect.Int:
		value.SetInt(f.pick(math.MaxInt64, math.MinInt64, -1, math.MaxUint32))
	case reflect.Float64:
		floats := []float64{0, 1, -1, 0.5, 1e20, 1e21, -1e-7, 1 << 53, math.MaxFloat64, 1e15}
		value.SetFloat(floats[uint64(f.pick(4, 5, 6, 7, 8))%uint64(len(floats))])
	default:
		panic(fmt.Sprintf("a value of type %v", value.Type()))
	}
}

// isTooDeep reports whether a pointer or collection must not be set, because of the type of its elements.
func (f *filler) isTooDeep(goType reflect.Type) bool {
	return f.nested[goType.Elem()] >= maxNested
}

func (f *filler) length() int {
	if f.sample < 3 {
		return f.sample
	}
	return 1 + f.random.Intn(3)
}

// fillSpecial sets a value whose fields are private or depend on each other.
func (f *filler) fillSpecial(value reflect.Value) bool {
	raw := []byte(`{"a": [1, -2, 0.5, null, true], "b": {"c": "d"}}`)
	switch found := value.Addr().Interface().(type) {
	case *metav1.Time:
		if f.isSet() {
			*found = metav1.Unix(f.pick(951782400, -1, 4102444800, -62135596799, 253402300799), 0)
		}
	case *metav1.MicroTime:
		if f.isSet() {
			*found = metav1.NewMicroTime(time.Unix(f.pick(951782400, -1, 4102444800), 1000*(f.pick(999999)&0xfff)))
		}
	case *resource.Quantity:
		quantities := []string{"0", "1", "100m", "1Gi", "1.5", "12e6", "3Ki", "0.1"}
		quantity := quantities[uint64(f.pick(2, 3, 4, 5))%uint64(len(quantities))]
		if f.isSet() {
			*found = resource.MustParse(quantity)
		}
	case *intstr.IntOrString:
		if f.pick(1, 3, 5)&1 == 1 {
			*found = intstr.FromString(f.text())
		} else {
			*found = intstr.FromInt32(int32(f.pick(math.MaxInt32, math.MinInt32)))
		}
	case *runtime.RawExtension:
		if f.isSet() {
			found.Raw = raw
		}
	case *metav1.FieldsV1:
		if f.isSet() {
			found.SetRawBytes(raw)
		}
	case *apiextensionsv1.JSON:
		if f.isSet() {
			found.Raw = raw
		}
	case *apiextensionsv1beta1.JSON:
		if f.isSet() {
			found.Raw = raw
		}
	default:
		return false
	}
	return true
}
