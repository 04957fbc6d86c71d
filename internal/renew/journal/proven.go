package journal

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/renew/safefile"
	"github.com/spcheck/spcheck/internal/trust"
)

// maxProven limits how many key IDs are kept for one application.
const maxProven = 50

// proven is the file about the secrets of an application that have signed in with the value
// from their target.
type proven struct {
	KeyIDs   []string   `json:"keyIds"` // the newest is last
	Replaced []Replaced `json:"replaced,omitempty"`
}

// Replaced is a secret that a target contained before it got another one.
type Replaced struct {
	KeyID string    `json:"keyId"`
	By    string    `json:"by"` // the key ID of the other one
	At    time.Time `json:"at"` // when the other one was proven
}

// Prove records that the entry's credential has signed in at this time with the value from
// its target, and so has replaced those that the target contained before. A credential
// without such a record may be one whose value was lost.
func (s *Store) Prove(e *Entry, at time.Time) error {
	p := s.proven(e.tenantKey(), e.AppID)
	id := strings.ToLower(e.KeyID)
	p.KeyIDs = newest(append(slices.DeleteFunc(p.KeyIDs, func(known string) bool { return known == id }), id))
	for _, old := range e.Replaces {
		p.Replaced = slices.DeleteFunc(p.Replaced, func(known Replaced) bool { return known.KeyID == old })
		p.Replaced = newest(append(p.Replaced, Replaced{KeyID: old, By: e.KeyID, At: at}))
	}
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return safefile.Replace(s.path(e.tenantKey(), e.AppID, ".proven"), append(data, '\n'))
}

func newest[T any](list []T) []T { return list[max(0, len(list)-maxProven):] }

// Replaced returns the secrets of an application that were replaced by others, the newest
// last.
func (s *Store) Replaced(tenant, appID string) []Replaced { return s.proven(tenant, appID).Replaced }

// Proven returns the key IDs of the secrets that were proven, in lower case, the newest
// last. The list is empty if the file is missing or cannot be read: then nothing is proven.
func (s *Store) Proven(tenant, appID string) []string { return s.proven(tenant, appID).KeyIDs }

func (s *Store) proven(tenant, appID string) proven {
	path := s.path(tenant, appID, ".proven")
	data, _, err := safefile.Read(path)
	var p proven
	if err != nil || trust.File(path) != nil || json.Unmarshal(data, &p) != nil {
		return proven{}
	}
	return p
}
