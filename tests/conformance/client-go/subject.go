package main

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

// subject is what an informer is to follow.
type subject struct {
	ID  string `json:"id"`
	URL string `json:"url"`
	// Resource is "widgets", a custom resource that is read as unstructured, or "configmaps", a typed one.
	Resource      string `json:"resource"`
	Namespace     string `json:"namespace,omitempty"`
	Labels        string `json:"labels,omitempty"`
	Fields        string `json:"fields,omitempty"`
	ResyncSeconds int    `json:"resync_seconds,omitempty"`
	PageSize      int64  `json:"page_size,omitempty"`
	// Joins says when the handler is added: "at-start" or "when-synced".
	Joins string `json:"joins"`
}

var widgets = schema.GroupVersionResource{Group: "example.com", Version: "v1", Resource: "widgets"}

// informer is one that runs.
type informer struct {
	cancel context.CancelFunc
	synced func() bool
	store  cache.Store
}

func start(what *subject, reporter *reporter) (*informer, error) {
	listWatch, exemplar, err := what.listWatch()
	if err != nil {
		return nil, err
	}
	if what.PageSize != 0 {
		return what.startReflector(listWatch, exemplar, reporter), nil
	}
	shared := cache.NewSharedIndexInformerWithOptions(listWatch, exemplar, cache.SharedIndexInformerOptions{
		ResyncPeriod: time.Duration(what.ResyncSeconds) * time.Second,
	})
	handler := handler{id: what.ID, reporter: reporter}
	switch what.Joins {
	case "at-start":
		if _, err := shared.AddEventHandler(handler); err != nil {
			return nil, fmt.Errorf("add the handler: %w", err)
		}
	case "when-synced":
		go func() {
			<-shared.HasSyncedChecker().Done()
			if _, err := shared.AddEventHandler(handler); err != nil {
				reporter.tell(report{ID: what.ID, Error: err.Error()})
			}
		}()
	default:
		return nil, fmt.Errorf("when a handler joins cannot be %q", what.Joins)
	}
	return started(shared.RunWithContext, shared.HasSynced, shared.GetStore()), nil
}

func started(run func(context.Context), synced func() bool, store cache.Store) *informer {
	ctx, cancel := context.WithCancel(context.Background())
	go run(ctx)
	return &informer{cancel: cancel, synced: synced, store: store}
}

func (i *informer) state() final {
	state := final{Synced: i.synced(), Cache: map[string]string{}}
	for _, object := range i.store.List() {
		state.Cache[keyOf(object)] = versionOf(object)
	}
	return state
}

// listWatch is built as the generated and the dynamic informers build theirs.
func (s *subject) listWatch() (cache.ListerWatcher, runtime.Object, error) {
	// The scripts count requests: no limit of the client's own may delay one.
	config := &rest.Config{Host: s.URL, QPS: -1}
	if s.Resource == "configmaps" {
		client, err := kubernetes.NewForConfig(config)
		if err != nil {
			return nil, nil, fmt.Errorf("make a typed client: %w", err)
		}
		maps := client.CoreV1().ConfigMaps(s.Namespace)
		list := func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			return maps.List(ctx, s.selected(options))
		}
		listWatch := &cache.ListWatch{ListWithContextFunc: list, WatchFuncWithContext: s.watch(maps.Watch)}
		return cache.ToListWatcherWithWatchListSemantics(listWatch, client), &corev1.ConfigMap{}, nil
	}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, nil, fmt.Errorf("make a dynamic client: %w", err)
	}
	objects := client.Resource(widgets).Namespace(s.Namespace)
	list := func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
		return objects.List(ctx, s.selected(options))
	}
	// With a kind in the exemplar the reflector checks the kind of each event.
	exemplar := &unstructured.Unstructured{}
	exemplar.SetGroupVersionKind(widgets.GroupVersion().WithKind("Widget"))
	listWatch := &cache.ListWatch{ListWithContextFunc: list, WatchFuncWithContext: s.watch(objects.Watch)}
	return cache.ToListWatcherWithWatchListSemantics(listWatch, client), exemplar, nil
}

type watchFunc = func(context.Context, metav1.ListOptions) (watch.Interface, error)

func (s *subject) watch(open watchFunc) watchFunc {
	return func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
		return open(ctx, s.selected(options))
	}
}

func (s *subject) selected(options metav1.ListOptions) metav1.ListOptions {
	options.LabelSelector = s.Labels
	options.FieldSelector = s.Fields
	return options
}

// startReflector runs a reflector by itself: a page size is one of the settings that no shared informer offers.
func (s *subject) startReflector(listWatch cache.ListerWatcher, exemplar runtime.Object, reporter *reporter) *informer {
	store := &toldStore{
		Store:   cache.NewStore(cache.DeletionHandlingMetaNamespaceKeyFunc),
		handler: handler{id: s.ID, reporter: reporter},
	}
	reflector := cache.NewReflectorWithOptions(listWatch, exemplar, store, cache.ReflectorOptions{})
	reflector.WatchListPageSize = s.PageSize
	synced := func() bool { return reflector.LastSyncResourceVersion() != "" }
	return started(reflector.RunWithContext, synced, store)
}
