package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

// source is an informer, and where it gets its objects from.
type source struct {
	informer cache.SharedIndexInformer
	// requested is the time of the last request for a list or a streaming list, in nanoseconds since the epoch. A
	// metadata informer does not record it: only the canned server makes informers relist, and it serves no metadata.
	requested atomic.Int64
}

func (s *source) lastRequest() time.Time {
	return time.Unix(0, s.requested.Load())
}

// resources are the resource of each kind.
var resources = map[string]schema.GroupVersionResource{
	"certificate": {Group: "cert-manager.io", Version: "v1", Resource: "certificates"},
	"gadget":      {Group: "peers.example.com", Version: "v1", Resource: "gadgets"},
	"pod":         {Version: "v1", Resource: "pods"},
}

// newSource builds a typed source in the same way as generated informers, or a metadata informer.
func newSource(options options, namespace string) (*source, error) {
	config, err := config(options)
	if err != nil {
		return nil, err
	}
	resource, ok := resources[options.kind]
	if !ok {
		return nil, fmt.Errorf("unknown kind %q", options.kind)
	}
	switch options.content {
	case "metadata":
		return onlyMetadata(config, resource, namespace)
	case "whole":
		if options.kind == "pod" {
			return pods(config, namespace)
		}
		return customResources(config, options.kind, resource, namespace)
	default:
		return nil, fmt.Errorf("unknown content %q", options.content)
	}
}

func config(options options) (*rest.Config, error) {
	config := &rest.Config{Host: options.address}
	if options.kubeconfig != "" {
		read, err := clientcmd.BuildConfigFromFlags("", options.kubeconfig)
		if err != nil {
			return nil, err
		}
		config = read
	}
	switch options.encoding {
	case "json":
		config.ContentType = runtime.ContentTypeJSON
	case "protobuf":
		// The default of generated clients.
		config.ContentType = ""
	default:
		return nil, fmt.Errorf("unknown encoding %q", options.encoding)
	}
	// None of the peers limits its requests.
	config.QPS = -1
	return config, nil
}

func pods(config *rest.Config, namespace string) (*source, error) {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	pods := client.CoreV1().Pods(namespace)
	list := func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
		return pods.List(ctx, options)
	}
	return recorded(list, pods.Watch, &corev1.Pod{}, client), nil
}

func onlyMetadata(config *rest.Config, resource schema.GroupVersionResource, namespace string) (*source, error) {
	client, err := metadata.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	informer := metadatainformer.NewFilteredMetadataInformer(client, resource, namespace, 0, cache.Indexers{}, nil)
	return &source{informer: informer.Informer()}, nil
}

func customResources(
	config *rest.Config,
	kind string,
	gvr schema.GroupVersionResource,
	namespace string,
) (*source, error) {
	scheme := runtime.NewScheme()
	version, resource := gvr.GroupVersion(), gvr.Resource
	var exemplar runtime.Object
	var newList func() runtime.Object
	switch kind {
	case "gadget":
		exemplar, newList = &Gadget{}, func() runtime.Object { return &GadgetList{} }
	case "certificate":
		exemplar, newList = &Certificate{}, func() runtime.Object { return &CertificateList{} }
	default:
		return nil, fmt.Errorf("kind %q is not a custom resource", kind)
	}
	scheme.AddKnownTypes(version, exemplar, newList())
	metav1.AddToGroupVersion(scheme, version)
	config.GroupVersion = &version
	config.APIPath = "/apis"
	config.NegotiatedSerializer = serializer.NewCodecFactory(scheme).WithoutConversion()
	client, err := rest.RESTClientFor(config)
	if err != nil {
		return nil, err
	}
	list := func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
		into := newList()
		request := client.Get().Namespace(namespace).Resource(resource).VersionedParams(&options, metav1.ParameterCodec)
		return into, request.Do(ctx).Into(into)
	}
	open := func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
		options.Watch = true
		return client.Get().Namespace(namespace).Resource(resource).VersionedParams(&options, metav1.ParameterCodec).Watch(ctx)
	}
	return recorded(list, open, exemplar, client), nil
}

// recorded keeps the time of each request for a list.
func recorded(
	list cache.ListWithContextFunc,
	open cache.WatchFuncWithContext,
	exemplar runtime.Object,
	client any,
) *source {
	s := &source{}
	record := func() { s.requested.Store(time.Now().UnixNano()) }
	listWatch := &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			record()
			return list(ctx, options)
		},
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			if options.SendInitialEvents != nil && *options.SendInitialEvents {
				record()
			}
			return open(ctx, options)
		},
	}
	listerWatcher := cache.ToListWatcherWithWatchListSemantics(listWatch, client)
	s.informer = cache.NewSharedIndexInformer(listerWatcher, exemplar, 0, cache.Indexers{})
	return s
}
