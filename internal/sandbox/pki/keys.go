package pki

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"sync"
)

// Keys hands out RSA keys, each another. All Keys of a process give the same ones in
// the same order: finding primes takes longer than all else that a sandbox does to
// start, and no key leaves the sandboxes of this process.
type Keys struct{ given int }

// made are the keys of this process, each found when it is first asked for.
var made struct {
	sync.Mutex
	keys []func() (*rsa.PrivateKey, error)
}

// Next returns a key that these Keys have not given yet.
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

// newKey makes an RSA key, the only type that MSAL signs assertions with.
func newKey() (*rsa.PrivateKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("making a key of the sandbox: %w", err)
	}
	return key, nil
}
