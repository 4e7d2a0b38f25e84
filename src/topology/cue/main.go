// Command cue is the CUE evaluator of mooring as a WASI reactor: requests and responses are JSON in linear memory.
package main

import "unsafe"

// Both buffers are referenced here, so that the garbage collector does not free them while the host uses them.
var request, response []byte

func main() {}

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
