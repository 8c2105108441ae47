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

func main() {
	count, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	mib := func(bytes uint64) float64 { return float64(bytes) / (1 << 20) }

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
	fmt.Printf("client-go, ready: %.3f s, CPU %.2f s, heap %.1f MiB (without the keys' text)\n",
		(added + time.Since(start)).Seconds(), (addedCPU + cpu() - used).Seconds(), mib(after-before))

	delayed := workqueue.NewTypedDelayingQueue[string]()
	before, used, start = heap(), cpu(), time.Now()
	for i, key := range keys {
		delayed.AddAfter(key, time.Hour+time.Duration(i*7919%3600000)*time.Millisecond)
	}
	added = time.Since(start)
	// The queue's goroutine takes the last keys from its channel.
	time.Sleep(100 * time.Millisecond)
	usedCPU := cpu() - used
	fmt.Printf("client-go, delayed: %.3f s, CPU %.2f s, heap %.1f MiB (without the keys' text)\n",
		added.Seconds(), usedCPU.Seconds(), mib(heap()-before))
	runtime.KeepAlive(queue)
	runtime.KeepAlive(delayed)
	runtime.KeepAlive(keys)
}
