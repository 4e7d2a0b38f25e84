// Command cue is the CUE evaluator of mooring as a WASI reactor: requests and responses are JSON in linear memory.
package main

import (
	"runtime"
	"runtime/metrics"
	"unsafe"
)

// Both buffers are referenced here, so that the garbage collector does not free them while the host uses them.
var request, response []byte

// reserve is never written to, so it needs addresses, but no memory. The garbage collector of Go starts when the heap has doubled. Because
// it counts these 8 MiB, it does not start within an evaluation that allocates a few MiB. A collection within an evaluation takes several
// times as long as one after it: it also marks what the evaluation uses, and each write of a pointer costs more while it runs.
var reserve = make([]byte, 8<<20)

// collectAfter is how many bytes are allocated before a collection between two evaluations: a render of a built-in topology allocates
// 0.6 MiB, and a collection takes about 2 ms.
const collectAfter = 4 << 20

var (
	collected uint64
	allocated = []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
)

func main() {}

// collect frees memory if enough was allocated since the last time. The host calls it when nobody waits for the result.
//
//go:wasmexport collect
func collect() {
	metrics.Read(allocated)
	if total := allocated[0].Value.Uint64(); total-collected >= collectAfter {
		response = nil
		runtime.GC()
		collected = total
	}
}

// allocate returns the address of `size` bytes that the host writes a request to.
//
//go:wasmexport allocate
func allocate(size uint32) unsafe.Pointer {
	request = make([]byte, size)
	return unsafe.Pointer(unsafe.SliceData(request))
}

// evaluate evaluates the request in the allocated bytes. The upper half of the result is the address of the response, the lower half
// is its length.
//
//go:wasmexport evaluate
func evaluate() uint64 {
	response = respond(request)
	request = nil
	return uint64(uintptr(unsafe.Pointer(unsafe.SliceData(response))))<<32 | uint64(len(response))
}
