// Writes what the Go types of the built-in kinds say about Kubernetes' protobuf encoding.
//
//	go run ./protobuf-tables tables    the tables of reflector-runtime, as a Rust source file
//	go run ./protobuf-tables samples   objects of every kind as JSON and as protobuf, to test a decoder
package main

import (
	"bufio"
	"fmt"
	"os"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextensionsv1beta1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
	apiregistrationv1beta1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1beta1"
)

func main() {
	if len(os.Args) != 2 {
		fail(fmt.Errorf("expected one argument: tables or samples"))
	}
	kinds, err := findKinds(newScheme())
	if err != nil {
		fail(err)
	}
	out := bufio.NewWriter(os.Stdout)
	switch os.Args[1] {
	case "tables":
		err = writeTables(out, kinds)
	case "samples":
		err = writeSamples(out, kinds)
	default:
		err = fmt.Errorf("unknown argument %q", os.Args[1])
	}
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		fail(err)
	}
}

func newScheme() *runtime.Scheme {
	all := scheme.Scheme
	for _, add := range []func(*runtime.Scheme) error{
		apiextensionsv1.AddToScheme, apiextensionsv1beta1.AddToScheme,
		apiregistrationv1.AddToScheme, apiregistrationv1beta1.AddToScheme,
		metav1.AddMetaToScheme,
	} {
		if err := add(all); err != nil {
			fail(err)
		}
	}
	return all
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "protobuf-tables:", err)
	os.Exit(1)
}
