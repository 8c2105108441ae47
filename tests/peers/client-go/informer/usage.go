package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// settle is how long to wait after a task for background work to finish.
const settle = 300 * time.Millisecond

// ticksPerSecond is the unit of /proc/self/stat. Linux reports this many regardless of the kernel's tick rate.
const ticksPerSecond = 100.0

// span is the resources used for one task.
type span struct {
	Seconds    float64 `json:"seconds"`
	CPUSeconds float64 `json:"cpu_seconds"`
	PeakMiB    float64 `json:"peak_mib"`
	BeforeMiB  float64 `json:"before_mib"`
	AfterMiB   float64 `json:"after_mib"`
}

// started is the resource usage when a task began.
type started struct {
	time     time.Time
	cpu      float64
	resident float64
}

func begin() (*started, error) {
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		return nil, err
	}
	memory, err := readMemory()
	if err != nil {
		return nil, err
	}
	cpu, err := cpuSeconds()
	if err != nil {
		return nil, err
	}
	return &started{time: time.Now(), cpu: cpu, resident: memory.resident}, nil
}

// notBefore moves the begin to a later time.
func (s *started) notBefore(time time.Time) {
	if time.After(s.time) {
		s.time = time
	}
}

// end takes the time now, and CPU and memory after background work had time to settle.
func (s *started) end() (span, error) {
	seconds := time.Since(s.time).Seconds()
	time.Sleep(settle)
	cpu, err := cpuSeconds()
	if err != nil {
		return span{}, err
	}
	memory, err := readMemory()
	if err != nil {
		return span{}, err
	}
	return span{
		Seconds:    seconds,
		CPUSeconds: cpu - s.cpu,
		PeakMiB:    memory.peak,
		BeforeMiB:  s.resident,
		AfterMiB:   memory.resident,
	}, nil
}

// cpuSeconds is the CPU time of this process: user plus system.
func cpuSeconds() (float64, error) {
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return 0, err
	}
	// The command name is in parentheses and may contain any character, including spaces and parentheses.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 13 {
		return 0, fmt.Errorf("/proc/self/stat has no utime and stime")
	}
	user, err := strconv.ParseFloat(fields[11], 64)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseFloat(fields[12], 64)
	return (user + system) / ticksPerSecond, err
}

// memory of this process, in MiB.
type memory struct {
	resident float64
	peak     float64
}

func readMemory() (memory, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return memory{}, err
	}
	field := func(name string) (float64, error) {
		for line := range strings.Lines(string(status)) {
			if rest, ok := strings.CutPrefix(line, name); ok {
				kibibytes, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
				return kibibytes / 1024, err
			}
		}
		return 0, fmt.Errorf("/proc/self/status has no %s", name)
	}
	resident, err := field("VmRSS:")
	if err != nil {
		return memory{}, err
	}
	peak, err := field("VmHWM:")
	return memory{resident: resident, peak: peak}, err
}
