package pki_test

import (
	"testing"

	"github.com/spcheck/spcheck/internal/sandbox/pki"
)

// The certificates of a world have different keys, and the next world uses the same keys
// again.
func TestKeysAreDistinctInAWorldAndKeptForTheNext(t *testing.T) {
	var world, next pki.Keys
	a, errA := world.Next()
	b, errB := world.Next()
	again, err := next.Next()
	if errA != nil || errB != nil || err != nil {
		t.Fatal(errA, errB, err)
	}
	if a.Equal(b) {
		t.Error("two certificates of a world share a key")
	}
	if !a.Equal(again) {
		t.Error("the next world makes new keys")
	}
}
