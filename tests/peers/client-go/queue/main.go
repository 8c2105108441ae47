// Measures client-go's work queue: all keys are added, handed out and done; and all keys are added with a delay.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"k8s.io/client-go/util/workqueue"
)

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// cpu is the CPU time of the process so far, of all threads.
func cpu() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func names(count int) []string {
	names := make([]string, count)
	for i := range names {
		names[i] = fmt.Sprintf("namespace-%d/name-%d", i%40, i)
	}
	return names
}

// report prints a measurement. The keys' text is shared with the caller.
func report(what string, keys int, wall, cpu time.Duration, bytes uint64) {
	fmt.Printf("client-go, %s: %.3f s (%.0f keys/s), CPU %.2f s, heap %.1f MiB (%d bytes per key)\n",
		what, wall.Seconds(), float64(keys)/wall.Seconds(), cpu.Seconds(), float64(bytes)/(1<<20), bytes/uint64(keys))
}

func main() {
	count, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}

	keys := names(count)
	queue := workqueue.NewTyped[string]()
	before, used, start := heap(), cpu(), time.Now()
	for _, key := range keys {
		queue.Add(key)
	}
	added, addedCPU := time.Since(start), cpu()-used
	after := heap()
	used, start = cpu(), time.Now()
	for queue.Len() > 0 {
		key, _ := queue.Get()
		queue.Done(key)
	}
	report("ready", count, added+time.Since(start), addedCPU+cpu()-used, after-before)

	delayed := workqueue.NewTypedDelayingQueue[string]()
	before, used, start = heap(), cpu(), time.Now()
	for i, key := range keys {
		delayed.AddAfter(key, time.Hour+time.Duration(i*7919%3600000)*time.Millisecond)
	}
	added = time.Since(start)
	// The queue's goroutine takes the last keys from its channel.
	time.Sleep(100 * time.Millisecond)
	usedCPU := cpu() - used
	report("delayed", count, added, usedCPU, heap()-before)
	runtime.KeepAlive(queue)
	runtime.KeepAlive(delayed)
	runtime.KeepAlive(keys)
}
