package renew

import (
	"strings"

	"github.com/spcheck/spcheck/internal/objects"
)

// configuredSecrets tells of each secret, by its key ID, whether it is the
// configured one: by the first characters that Graph keeps. Two secrets that
// begin alike, and one without a hint where no other matches, cannot be told.
func (t *tenant) configuredSecrets() map[string]*bool {
	all := ofKind(t.credentials(), objects.Password)
	answer := map[string]*bool{}
	var same, silent []string
	for _, c := range all {
		no := false
		answer[c.KeyID] = &no
		switch hint := t.hint(); {
		case c.SignsSAML() || !t.configuredHere():
		case c.Hint == "" || hint == "":
			silent = append(silent, c.KeyID)
		case c.Hint == hint:
			same = append(same, c.KeyID)
		}
	}
	if len(same) == 1 {
		yes := true
		answer[same[0]] = &yes
		return answer
	}
	if len(same) == 0 {
		same = silent
	}
	for _, id := range same {
		answer[id] = nil
	}
	return answer
}

// configuredHere reports whether a secret of this application is configured.
func (t *tenant) configuredHere() bool {
	s := t.facts.Setup
	return s.Kind == objects.Password && strings.EqualFold(s.ClientID.Value, t.appID())
}

// hint is the beginning of the configured secret, as Graph keeps it; empty where
// it could not be read.
func (t *tenant) hint() string {
	if !t.facts.Secret.Known() {
		return ""
	}
	return t.facts.Secret.Value.Hint
}
