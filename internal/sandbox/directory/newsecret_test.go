package directory

import (
	"bytes"
	"strings"
	"testing"
)

func TestNewSecretRepeatsWithItsSource(t *testing.T) {
	source := bytes.Repeat([]byte{0xff, 0x17, 3}, 200)
	a, b := NewSecret(bytes.NewReader(source)), NewSecret(bytes.NewReader(source))
	if a != b {
		t.Error("the same source made two secrets")
	}
}

func TestNewSecretWithoutRandomnessPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("made a secret from no randomness")
		}
	}()
	NewSecret(strings.NewReader("short"))
}
