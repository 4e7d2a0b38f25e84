// Command cue is the CUE evaluator of mooring as a WASI reactor: JSON text in, JSON text out, through linear memory.
package main

import "unsafe"

// Both buffers are kept here, or the garbage collector would take them from under the host.
var request, response []byte

func main() {}

// allocate gives the host `size` bytes to write a request to.
//
//go:wasmexport allocate
func allocate(size uint32) unsafe.Pointer {
	request = make([]byte, size)
	return unsafe.Pointer(unsafe.SliceData(request))
}

// evaluate answers the request in the allocated bytes: address of the response in the upper half, its length in the lower.
//
//go:wasmexport evaluate
func evaluate() uint64 {
	response = answer(request)
	request = nil
	return uint64(uintptr(unsafe.Pointer(unsafe.SliceData(response))))<<32 | uint64(len(response))
}
