package pki

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"sync"
)

// Keys returns different RSA keys. All Keys of a process return the same ones in the same
// order, because finding primes takes longer than everything else at the start of a
// sandbox. The keys do not leave the sandboxes of the process.
type Keys struct{ given int }

// made are the keys of the process, created on demand.
var made struct {
	sync.Mutex
	keys []func() (*rsa.PrivateKey, error)
}

// Next returns another key.
func (k *Keys) Next() (*rsa.PrivateKey, error) {
	made.Lock()
	if k.given == len(made.keys) {
		made.keys = append(made.keys, sync.OnceValues(newKey))
	}
	key := made.keys[k.given]
	made.Unlock()
	k.given++
	return key()
}

// newKey makes an RSA key; MSAL signs assertions with no other type.
func newKey() (*rsa.PrivateKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("making a key of the sandbox: %w", err)
	}
	return key, nil
}
