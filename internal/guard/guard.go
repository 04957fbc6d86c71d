// Package guard keeps the memory of the process, which holds secrets, from being written to
// disk if the process crashes. Errors are ignored, because a diagnosis matters more. A panic
// is harmless: Go prints stacks with addresses and no strings except the panic's own.
package guard
