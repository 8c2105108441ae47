// Command informer is an agent: it runs client-go's informer, performs the tasks on its standard input, one JSON line
// each, and prints the resources used. It is the counterpart of the Rust module `agent`, with the same tasks and answers.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"
)

func main() {
	var options options
	flag.StringVar(&options.kind, "kind", "gadget", "gadget, certificate or pod")
	flag.StringVar(&options.address, "address", "", "host:port of a canned server")
	flag.StringVar(&options.kubeconfig, "kubeconfig", "", "kubeconfig of a real server")
	flag.StringVar(&options.content, "content", "whole", "whole or metadata")
	flag.StringVar(&options.encoding, "encoding", "json", "json or protobuf")
	flag.StringVar(&options.observe, "observe", "count", "count or delays")
	flag.IntVar(&options.handlers, "handlers", 1, "the number of handlers")
	flag.IntVar(&options.informers, "informers", 1, "the number of informers, one per namespace if there are several")
	flag.Parse()
	// The canned server ends watches on purpose.
	klog.SetLogger(logr.Discard())
	if err := serve(newAgent(options)); err != nil {
		fmt.Fprintln(os.Stderr, "client-go agent:", err)
		os.Exit(1)
	}
}

// serve ends this process at the end of its input, which is also the end of the parent process.
func serve(agent *agent) error {
	lines := make(chan []byte)
	go func() {
		scanner := bufio.NewScanner(os.Stdin)
		for scanner.Scan() {
			lines <- append([]byte(nil), scanner.Bytes()...)
		}
		os.Exit(0)
	}()
	output := json.NewEncoder(os.Stdout)
	for line := range lines {
		var next task
		if err := json.Unmarshal(line, &next); err != nil {
			return fmt.Errorf("read a task: %w", err)
		}
		answer, err := agent.perform(next)
		if err != nil {
			return err
		}
		if err := output.Encode(answer); err != nil {
			return err
		}
	}
	return nil
}
