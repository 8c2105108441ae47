package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// options are the arguments of this program.
type options struct {
	kind       string
	address    string
	kubeconfig string
	content    string
	encoding   string
	observe    string
	handlers   int
	informers  int
}

// task is what the agent is asked to do. Exactly one of its fields is set.
type task struct {
	Sync   *struct{} `json:"sync,omitempty"`
	Follow *follow   `json:"follow,omitempty"`
	Relist *relist   `json:"relist,omitempty"`
}

// follow switches the server to a phase, until each handler has received a number of updates since the start.
type follow struct {
	Phase   string `json:"phase"`
	Updates uint64 `json:"updates"`
}

// relist switches the server to a phase, until a list of a version is in the store.
type relist struct {
	Phase   string `json:"phase"`
	Version string `json:"version"`
}

// answer is how a task ended.
type answer struct {
	Span    span    `json:"span"`
	State   digest  `json:"state"`
	Updates uint64  `json:"updates"`
	Delays  *delays `json:"delays"`
}

const (
	pollInterval = time.Millisecond
	timeout      = 300 * time.Second
)

// agent performs tasks with one informer of all namespaces, or several of one namespace each.
type agent struct {
	options  options
	handlers []*handler
	sources  []*source
}

func newAgent(options options) *agent {
	created := &agent{options: options}
	for range options.handlers {
		created.handlers = append(created.handlers, &handler{observeDelays: options.observe == "delays"})
	}
	return created
}

func (a *agent) perform(next task) (*answer, error) {
	start, err := begin()
	if err != nil {
		return nil, err
	}
	if err := a.reach(next); err != nil {
		return nil, err
	}
	if next.Relist != nil {
		// client-go waits up to two seconds before it lists again, which an informer cannot change.
		for _, source := range a.sources {
			start.notBefore(source.lastRequest())
		}
	}
	used, err := start.end()
	if err != nil {
		return nil, err
	}
	result := &answer{Span: used, Updates: a.updates()}
	if a.options.observe == "delays" {
		var all []time.Duration
		for _, handler := range a.handlers {
			all = append(all, handler.takeDelays()...)
		}
		result.Delays = percentiles(all)
	}
	for _, source := range a.sources {
		for _, object := range source.informer.GetStore().List() {
			if err := result.State.add(object); err != nil {
				return nil, err
			}
		}
	}
	return result, nil
}

func (a *agent) reach(next task) error {
	switch {
	case next.Follow != nil:
		if err := a.goTo(next.Follow.Phase); err != nil {
			return err
		}
		return until(func() bool { return a.updates() >= next.Follow.Updates })
	case next.Relist != nil:
		if err := a.goTo(next.Relist.Phase); err != nil {
			return err
		}
		// The store has the version of a list once it has its objects (feature gate AtomicFIFO, on by default).
		return untilAll(a.sources, func(source *source) bool {
			return source.informer.GetStore().LastStoreSyncResourceVersion() == next.Relist.Version
		})
	case next.Sync != nil:
		return a.sync()
	default:
		return errors.New("the task is unknown")
	}
}

func (a *agent) sync() error {
	namespaces := []string{metav1.NamespaceAll}
	if a.options.informers > 1 {
		namespaces = nil
		for number := range a.options.informers {
			namespaces = append(namespaces, fmt.Sprintf("team-%02d", number))
		}
	}
	for _, namespace := range namespaces {
		source, err := newSource(a.options, namespace)
		if err != nil {
			return err
		}
		a.sources = append(a.sources, source)
		for _, handler := range a.handlers {
			if _, err := source.informer.AddEventHandler(handler); err != nil {
				return err
			}
		}
		go source.informer.RunWithContext(context.Background())
	}
	return untilAll(a.sources, func(source *source) bool { return source.informer.HasSynced() })
}

func untilAll(sources []*source, done func(*source) bool) error {
	return until(func() bool {
		return !slices.ContainsFunc(sources, func(source *source) bool { return !done(source) })
	})
}

// updates is the number of updates that every handler has received.
func (a *agent) updates() uint64 {
	fewest := uint64(math.MaxUint64)
	for _, handler := range a.handlers {
		fewest = min(fewest, handler.updates.Load())
	}
	return fewest
}

func (a *agent) goTo(phase string) error {
	response, err := http.Post(fmt.Sprintf("http://%s/phase/%s", a.options.address, phase), "", nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusNoContent {
		return fmt.Errorf("the canned server answered %s", response.Status)
	}
	return nil
}

func until(done func() bool) error {
	deadline := time.Now().Add(timeout)
	for !done() {
		if time.Now().After(deadline) {
			return errors.New("the wanted state was not reached in time")
		}
		time.Sleep(pollInterval)
	}
	return nil
}
