package journal

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/renew/safefile"
)

// maxProven bounds how many key IDs are remembered of one application.
const maxProven = 50

// proven is the file of the secrets of an application that spcheck has proven to
// sign in from where they are stored.
type proven struct {
	KeyIDs []string `json:"keyIds"` // the newest last
}

// Prove remembers that a secret of spcheck's own signs in from where it is stored:
// without that, nobody could tell it from one whose value was lost.
func (s *Store) Prove(e *Entry) error {
	id := strings.ToLower(e.KeyID)
	ids := slices.DeleteFunc(s.Proven(e.tenantKey(), e.AppID), func(known string) bool { return known == id })
	ids = append(ids, id)
	data, err := json.Marshal(proven{ids[max(0, len(ids)-maxProven):]})
	if err != nil {
		return err
	}
	return safefile.Replace(s.path(e.tenantKey(), e.AppID, ".proven"), append(data, '\n'))
}

// Proven returns the key IDs of secrets that were proven. A file that is missing
// or cannot be read proves nothing.
func (s *Store) Proven(tenant, appID string) []string {
	data, _, err := safefile.Read(s.path(tenant, appID, ".proven"))
	var p proven
	if err != nil || json.Unmarshal(data, &p) != nil {
		return nil
	}
	return p.KeyIDs
}
