package main

import (
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/tools/cache"
)

// handler reports each call that it receives.
type handler struct {
	id       string
	reporter *reporter
}

func (h handler) report(received call) {
	h.reporter.send(report{ID: h.id, Call: &received})
}

func (h handler) OnAdd(object any, isInInitialList bool) {
	h.report(call{Kind: "add", Key: keyOf(object), Version: versionOf(object), InInitialList: isInInitialList})
}

func (h handler) OnUpdate(old, object any) {
	h.report(call{Kind: "update", Key: keyOf(object), Old: versionOf(old), Version: versionOf(object)})
}

func (h handler) OnDelete(object any) {
	tombstone, isTombstone := object.(cache.DeletedFinalStateUnknown)
	if isTombstone {
		object = tombstone.Obj
	}
	received := call{Kind: "delete", Version: versionOf(object), FinalStateUnknown: isTombstone}
	if isTombstone {
		received.Key = tombstone.Key
	} else {
		received.Key = keyOf(object)
	}
	h.report(received)
}

// reportingStore is a store that reports every object that is added to it, by an event or as part of a list.
type reportingStore struct {
	cache.Store
	handler handler
}

func (s *reportingStore) Add(object any) error {
	s.handler.OnAdd(object, false)
	return s.Store.Add(object)
}

func (s *reportingStore) Replace(objects []any, version string) error {
	for _, object := range objects {
		if _, known, err := s.Get(object); err == nil && !known {
			s.handler.OnAdd(object, true)
		}
	}
	return s.Store.Replace(objects, version)
}

func keyOf(object any) string {
	key, err := cache.DeletionHandlingMetaNamespaceKeyFunc(object)
	if err != nil {
		return "(no key)"
	}
	return key
}

func versionOf(object any) string {
	accessor, err := meta.Accessor(object)
	if err != nil {
		return "(no version)"
	}
	return accessor.GetResourceVersion()
}
