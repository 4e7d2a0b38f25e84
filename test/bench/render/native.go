// The main of the CUE engine as a program of the machine, in place of src/topology/cue/main.go: it reads requests from the standard
// input, one a line, and prints the nanoseconds of the evaluation, the nanoseconds of CPU time of all threads so far, and the response.
package main

import (
	"bufio"
	"fmt"
	"os"
	"syscall"
	"time"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		began := time.Now()
		response := respond(lines.Bytes())
		fmt.Printf("%d %d %s\n", time.Since(began).Nanoseconds(), cpuTime(), response)
	}
}

func cpuTime() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return usage.Utime.Nano() + usage.Stime.Nano()
}
