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

// subject describes what an informer lists and watches.
type subject struct {
	ID  string `json:"id"`
	URL string `json:"url"`
	// Resource is "widgets", a custom resource read as unstructured, or "configmaps" or "namespaces", read as typed
	// objects.
	Resource string `json:"resource"`
	// Dynamic is set if a built-in type is read as unstructured.
	Dynamic       bool   `json:"dynamic,omitempty"`
	Namespace     string `json:"namespace,omitempty"`
	Labels        string `json:"labels,omitempty"`
	Fields        string `json:"fields,omitempty"`
	ResyncSeconds int    `json:"resync_seconds,omitempty"`
	PageSize      int64  `json:"page_size,omitempty"`
	// Joins determines when the handler is added: "at-start" or "when-synced".
	Joins string `json:"joins"`
}

var (
	widgets    = schema.GroupVersionResource{Group: "example.com", Version: "v1", Resource: "widgets"}
	configMaps = schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}
)

// informer is a running informer.
type informer struct {
	cancel context.CancelFunc
	synced func() bool
	store  cache.Store
}

func start(s *subject, reporter *reporter) (*informer, error) {
	listWatch, exemplar, err := s.listWatch()
	if err != nil {
		return nil, err
	}
	if s.PageSize != 0 {
		return s.startReflector(listWatch, exemplar, reporter), nil
	}
	shared := cache.NewSharedIndexInformerWithOptions(listWatch, exemplar, cache.SharedIndexInformerOptions{
		ResyncPeriod: time.Duration(s.ResyncSeconds) * time.Second,
	})
	handler := handler{id: s.ID, reporter: reporter}
	switch s.Joins {
	case "at-start":
		if _, err := shared.AddEventHandler(handler); err != nil {
			return nil, fmt.Errorf("add the handler: %w", err)
		}
	case "when-synced":
		go func() {
			<-shared.HasSyncedChecker().Done()
			if _, err := shared.AddEventHandler(handler); err != nil {
				reporter.send(report{ID: s.ID, Error: err.Error()})
			}
		}()
	default:
		return nil, fmt.Errorf("unknown value %q for joins: use at-start or when-synced", s.Joins)
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

// listWatch builds a ListerWatcher in the same way as the generated and the dynamic informers.
func (s *subject) listWatch() (cache.ListerWatcher, runtime.Object, error) {
	// The transcript records delays between requests, so the client must not apply a rate limit of its own.
	config := &rest.Config{Host: s.URL, QPS: -1}
	if s.Resource != "widgets" && !s.Dynamic {
		client, err := kubernetes.NewForConfig(config)
		if err != nil {
			return nil, nil, fmt.Errorf("create a typed client: %w", err)
		}
		if s.Resource == "namespaces" {
			namespaces := client.CoreV1().Namespaces()
			list := func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
				return namespaces.List(ctx, s.selected(options))
			}
			listWatch := &cache.ListWatch{ListWithContextFunc: list, WatchFuncWithContext: s.watch(namespaces.Watch)}
			return cache.ToListWatcherWithWatchListSemantics(listWatch, client), &corev1.Namespace{}, nil
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
		return nil, nil, fmt.Errorf("create a dynamic client: %w", err)
	}
	resource, kind := widgets, "Widget"
	if s.Resource == "configmaps" {
		resource, kind = configMaps, "ConfigMap"
	}
	objects := client.Resource(resource).Namespace(s.Namespace)
	list := func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
		return objects.List(ctx, s.selected(options))
	}
	// If the exemplar has a kind, the reflector checks the kind of each event.
	exemplar := &unstructured.Unstructured{}
	exemplar.SetGroupVersionKind(resource.GroupVersion().WithKind(kind))
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

// startReflector runs a reflector without a shared informer, because shared informers do not expose the page size.
func (s *subject) startReflector(listWatch cache.ListerWatcher, exemplar runtime.Object, reporter *reporter) *informer {
	store := &reportingStore{
		Store:   cache.NewStore(cache.DeletionHandlingMetaNamespaceKeyFunc),
		handler: handler{id: s.ID, reporter: reporter},
	}
	reflector := cache.NewReflectorWithOptions(listWatch, exemplar, store, cache.ReflectorOptions{})
	reflector.WatchListPageSize = s.PageSize
	synced := func() bool { return reflector.LastSyncResourceVersion() != "" }
	return started(reflector.RunWithContext, synced, store)
}
