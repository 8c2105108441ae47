// Command driver runs client-go informers against scripted servers and reports the calls of their event handlers.
//
// It reads commands as JSON lines from standard input, each of which starts or stops one informer, and writes reports
// as JSON lines to standard output. It exits at the end of the input.
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

// command is one line of the input. Exactly one of its fields is set.
type command struct {
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

// call is one call of an event handler.
type call struct {
	Kind string `json:"kind"`
	Key  string `json:"key"`
	// Old is the resourceVersion of an update's old object.
	Old     string `json:"old,omitempty"`
	Version string `json:"version,omitempty"`
	// InInitialList is isInInitialList.
	InInitialList bool `json:"in_initial_list,omitempty"`
	// FinalStateUnknown is true if a deletion was delivered as DeletedFinalStateUnknown.
	FinalStateUnknown bool `json:"final_state_unknown,omitempty"`
}

// final is the state of an informer when it is stopped.
type final struct {
	Synced bool `json:"synced"`
	// Cache contains the resourceVersion of each cached object, by key.
	Cache map[string]string `json:"cache"`
}

// reporter writes reports, one line each.
type reporter struct {
	mutex   sync.Mutex
	encoder *json.Encoder
}

func (r *reporter) send(line report) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	// If the pipe is closed, there is no reader left.
	if err := r.encoder.Encode(line); err != nil {
		os.Exit(1)
	}
}

func main() {
	// The scripts cause failures on purpose, so client-go's log of them is discarded.
	klog.SetLogger(logr.Discard())
	reporter := &reporter{encoder: json.NewEncoder(os.Stdout)}
	if err := serve(os.Stdin, reporter); err != nil {
		fmt.Fprintln(os.Stderr, "client-go driver:", err)
		os.Exit(1)
	}
}

func serve(commands io.Reader, reporter *reporter) error {
	running := map[string]*informer{}
	lines := bufio.NewScanner(commands)
	for lines.Scan() {
		var next command
		if err := json.Unmarshal(lines.Bytes(), &next); err != nil {
			return fmt.Errorf("read a command: %w", err)
		}
		if next.Start != nil {
			started, err := start(next.Start, reporter)
			if err != nil {
				reporter.send(report{ID: next.Start.ID, Error: err.Error()})
				continue
			}
			running[next.Start.ID] = started
			continue
		}
		if stopped, ok := running[next.Stop]; ok {
			delete(running, next.Stop)
			state := stopped.state()
			// Some of client-go's delays cannot be interrupted, so the driver does not wait for the informer to stop.
			stopped.cancel()
			reporter.send(report{ID: next.Stop, Final: &state})
		}
	}
	return lines.Err()
}
