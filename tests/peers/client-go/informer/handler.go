package main

import (
	"math"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
	"k8s.io/apimachinery/pkg/api/meta"
)

const (
	// stamped is the annotation that the canned server stamps.
	stamped     = "peers.example.com/checksum"
	stampDigits = 20
)

// handler counts updates, or also takes the time since each was sent.
type handler struct {
	observeDelays bool
	updates       atomic.Uint64

	mutex  sync.Mutex
	delays []time.Duration
}

func (h *handler) OnAdd(any, bool) {}

func (h *handler) OnUpdate(_, object any) {
	if h.observeDelays {
		if sent, ok := stamp(object); ok {
			delay := max(now()-sent, 0)
			h.mutex.Lock()
			h.delays = append(h.delays, delay)
			h.mutex.Unlock()
		}
	}
	h.updates.Add(1)
}

func (h *handler) OnDelete(any) {}

// takeDelays returns the delays since the last call.
func (h *handler) takeDelays() []time.Duration {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	taken := h.delays
	h.delays = nil
	return taken
}

// stamp is the time at which the server sent the object, if it was stamped.
func stamp(object any) (time.Duration, bool) {
	accessor, err := meta.Accessor(object)
	if err != nil {
		return 0, false
	}
	value := accessor.GetAnnotations()[stamped]
	if len(value) < stampDigits {
		return 0, false
	}
	nanoseconds, err := strconv.ParseUint(value[:stampDigits], 10, 63)
	return time.Duration(nanoseconds), err == nil
}

// now is the time of a clock that all processes of the machine share.
func now() time.Duration {
	var time unix.Timespec
	// It fails only for an unknown clock.
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &time)
	return duration(time)
}

func duration(t unix.Timespec) time.Duration {
	return time.Duration(t.Nano())
}

// delays are some percentiles, in microseconds.
type delays struct {
	Count uint64  `json:"count"`
	P50   float64 `json:"p50"`
	P99   float64 `json:"p99"`
	P999  float64 `json:"p999"`
	Max   float64 `json:"max"`
}

// percentiles by nearest rank: the smallest delay that a share of the delays does not exceed.
func percentiles(all []time.Duration) *delays {
	if len(all) == 0 {
		return &delays{}
	}
	slices.Sort(all)
	perMille := func(share float64) float64 {
		rank := max(int(math.Ceil(float64(len(all))*share/1000)), 1)
		return float64(all[rank-1].Nanoseconds()) / 1000
	}
	return &delays{
		Count: uint64(len(all)),
		P50:   perMille(500),
		P99:   perMille(990),
		P999:  perMille(999),
		Max:   perMille(1000),
	}
}
