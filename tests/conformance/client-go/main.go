// Command driver runs client-go informers against servers that a script is played on, and tells what their handlers
// are called with.
//
// Orders come as JSON lines on standard input, one informer each; what happens goes out as JSON lines on standard
// output. The end of the input is the end of the program.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"
)

// order is one line of the input: one of its fields is set.
type order struct {
	Start *subject `json:"start,omitempty"`
	Stop  string   `json:"stop,omitempty"`
}

// report is one line of the output.
type report struct {
	ID    string `json:"id"`
	Call  *call  `json:"call,omitempty"`
	Final *final `json:"final,omitempty"`
	Error string `json:"error,omitempty"`
}

// call is one call of a handler.
type call struct {
	Kind string `json:"kind"`
	Key  string `json:"key"`
	// Old is the resourceVersion of an update's old object.
	Old     string `json:"old,omitempty"`
	Version string `json:"version,omitempty"`
	// Initial is isInInitialList.
	Initial bool `json:"initial,omitempty"`
	// Unseen says that a deletion came as DeletedFinalStateUnknown.
	Unseen bool `json:"unseen,omitempty"`
}

// final is what an informer has come to when it is stopped.
type final struct {
	Synced bool `json:"synced"`
	// Cache holds the resourceVersion of each object, by its key.
	Cache map[string]string `json:"cache"`
}

// reporter writes reports, one line each.
type reporter struct {
	mutex   sync.Mutex
	encoder *json.Encoder
}

func (r *reporter) tell(what report) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	// Nobody is left to tell where the pipe is closed.
	if err := r.encoder.Encode(what); err != nil {
		os.Exit(1)
	}
}

func main() {
	// Failures are what the scripts are about.
	klog.SetLogger(logr.Discard())
	reporter := &reporter{encoder: json.NewEncoder(os.Stdout)}
	if err := obey(os.Stdin, reporter); err != nil {
		fmt.Fprintln(os.Stderr, "client-go driver:", err)
		os.Exit(1)
	}
}

func obey(orders io.Reader, reporter *reporter) error {
	running := map[string]*informer{}
	lines := bufio.NewScanner(orders)
	for lines.Scan() {
		var next order
		if err := json.Unmarshal(lines.Bytes(), &next); err != nil {
			return fmt.Errorf("read an order: %w", err)
		}
		if next.Start != nil {
			started, err := start(next.Start, reporter)
			if err != nil {
				reporter.tell(report{ID: next.Start.ID, Error: err.Error()})
				continue
			}
			running[next.Start.ID] = started
			continue
		}
		if stopped, ok := running[next.Stop]; ok {
			delete(running, next.Stop)
			state := stopped.state()
			// Some of its waits cannot be interrupted, so that its end is not waited for.
			stopped.cancel()
			reporter.tell(report{ID: next.Stop, Final: &state})
		}
	}
	return lines.Err()
}
