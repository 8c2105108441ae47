package main

import (
	"reflect"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/randfill"
)

// The Rust module digest has the same test.
func TestBothLanguagesComputeTheSameDigest(t *testing.T) {
	var got digest
	got.addParts("team-01", "gadget-000001", "100001", 3)
	got.addParts("team-02", "gadget-000002", "100002", 0)
	if want := (digest{Objects: 2, Sum: 16832552039440902996}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestPercentilesAreByNearestRank(t *testing.T) {
	var all []time.Duration
	for i := 1000; i > 0; i-- {
		all = append(all, time.Duration(i)*time.Microsecond)
	}
	if got, want := *percentiles(all), (delays{Count: 1000, P50: 500, P99: 990, P999: 999, Max: 1000}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// A deep copy is equal to its original, and shares no memory with it.
func TestDeepCopies(t *testing.T) {
	filler := randfill.NewWithSeed(1).NilChance(0).NumElements(1, 3).Funcs(
		func(field *metav1.FieldsV1, _ randfill.Continue) { field.Raw = []byte("{}") },
	)
	for range 20 {
		var gadgets GadgetList
		filler.Fill(&gadgets)
		requireSeparate(t, &gadgets, gadgets.DeepCopyObject())
		var certificates CertificateList
		filler.Fill(&certificates)
		requireSeparate(t, &certificates, certificates.DeepCopyObject())
	}
}

func requireSeparate(t *testing.T, original, copied any) {
	t.Helper()
	if !reflect.DeepEqual(original, copied) {
		t.Fatalf("the copy differs: %+v, %+v", original, copied)
	}
	requireNoSharing(t, reflect.ValueOf(original), reflect.ValueOf(copied), "")
}

func requireNoSharing(t *testing.T, original, copied reflect.Value, path string) {
	t.Helper()
	switch original.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
		// Time zones are shared on purpose.
		if original.IsNil() || original.Type() == reflect.TypeFor[*time.Location]() {
			return
		}
		if original.Pointer() == copied.Pointer() {
			t.Fatalf("%s is shared", path)
		}
	}
	switch original.Kind() {
	case reflect.Pointer:
		requireNoSharing(t, original.Elem(), copied.Elem(), path)
	case reflect.Slice:
		for i := range original.Len() {
			requireNoSharing(t, original.Index(i), copied.Index(i), path+"[]")
		}
	case reflect.Struct:
		for i := range original.NumField() {
			requireNoSharing(t, original.Field(i), copied.Field(i), path+"."+original.Type().Field(i).Name)
		}
	}
}
