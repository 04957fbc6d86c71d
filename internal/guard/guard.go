// Package guard keeps the memory of the process, which holds secrets, from being
// written to disk when something goes wrong.
package guard

// Harden switches core dumps off. What the system does not allow is left as it
// is: a diagnosis matters more. A panic needs no such care: Go prints stacks with
// addresses, and no strings but the panic's own.
func Harden() { noCoreDumps() }
