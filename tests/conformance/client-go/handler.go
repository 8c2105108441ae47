package main

import (
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/tools/cache"
)

// handler tells each of its calls.
type handler struct {
	id       string
	reporter *reporter
}

func (h handler) tell(made call) {
	h.reporter.tell(report{ID: h.id, Call: &made})
}

func (h handler) OnAdd(object any, isInInitialList bool) {
	h.tell(call{Kind: "add", Key: keyOf(object), Version: versionOf(object), Initial: isInInitialList})
}

func (h handler) OnUpdate(old, object any) {
	h.tell(call{Kind: "update", Key: keyOf(object), Old: versionOf(old), Version: versionOf(object)})
}

func (h handler) OnDelete(object any) {
	tombstone, unseen := object.(cache.DeletedFinalStateUnknown)
	if unseen {
		object = tombstone.Obj
	}
	made := call{Kind: "delete", Version: versionOf(object), Unseen: unseen}
	if unseen {
		made.Key = tombstone.Key
	} else {
		made.Key = keyOf(object)
	}
	h.tell(made)
}

// toldStore is a store that tells of what is added to it, by an event or as a part of a list.
type toldStore struct {
	cache.Store
	handler handler
}

func (s *toldStore) Add(object any) error {
	s.handler.OnAdd(object, false)
	return s.Store.Add(object)
}

func (s *toldStore) Replace(objects []any, version string) error {
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
