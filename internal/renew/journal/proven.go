package journal

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/renew/safefile"
	"github.com/spcheck/spcheck/internal/trust"
)

// maxProven bounds how many key IDs are remembered of one application.
const maxProven = 50

// proven is the file of the secrets of an application that spcheck has proven to
// sign in from where they are stored.
type proven struct {
	KeyIDs   []string   `json:"keyIds"` // the newest last
	Replaced []Replaced `json:"replaced,omitempty"`
}

// Replaced is a secret that a target held before it got another one.
type Replaced struct {
	KeyID string    `json:"keyId"`
	By    string    `json:"by"`
	At    time.Time `json:"at"` // when the other one was proven
}

// Prove records that the entry's credential signs in from where it is stored, and at
// that time takes the place of those that the targets held before. Without this record,
// it could not be distinguished from one whose value was lost.
func (s *Store) Prove(e *Entry, at time.Time) error {
	p := s.proven(e.tenantKey(), e.AppID)
	id := strings.ToLower(e.KeyID)
	p.KeyIDs = latest(append(slices.DeleteFunc(p.KeyIDs, func(known string) bool { return known == id }), id))
	for _, old := range e.Replaces {
		p.Replaced = slices.DeleteFunc(p.Replaced, func(known Replaced) bool { return known.KeyID == old })
		p.Replaced = latest(append(p.Replaced, Replaced{KeyID: old, By: e.KeyID, At: at}))
	}
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return safefile.Replace(s.path(e.tenantKey(), e.AppID, ".proven"), append(data, '\n'))
}

func latest[T any](list []T) []T { return list[max(0, len(list)-maxProven):] }

// Replaced lists the secrets of an application that others took the place of.
func (s *Store) Replaced(tenant, appID string) []Replaced { return s.proven(tenant, appID).Replaced }

// Proven returns the key IDs of secrets that were proven. A file that is missing
// or cannot be read proves nothing.
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
