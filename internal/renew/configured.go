package renew

import (
	"context"
	"strings"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/session"
)

// configuredSecrets maps the key IDs of secrets and certificates to whether each one is
// configured here, or to nil if that is unknown. Secrets are compared by their hints, the
// first characters that Graph keeps. That is not enough if two secrets have the same hint,
// or if none matches and some have no hint.
func (t *tenant) configuredSecrets() map[string]*bool {
	all := ofKind(t.credentials(), objects.Password)
	answer := t.configuredKeys()
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

// configuredHere reports whether the configured credential is a secret of this application.
func (t *tenant) configuredHere() bool {
	s := t.facts.Setup
	return s.Kind == objects.Password && strings.EqualFold(s.ClientID.Value, t.appID())
}

// hint returns the first characters of the configured secret, or an empty string if it
// could not be read.
func (t *tenant) hint() string {
	if !t.facts.Secret.Known() {
		return ""
	}
	return t.facts.Secret.Value.Hint
}

// configuredKeys is configuredSecrets for certificates, which have thumbprints.
func (t *tenant) configuredKeys() map[string]*bool {
	answer := map[string]*bool{}
	s := t.facts.Setup
	here := s.Kind == objects.Certificate && strings.EqualFold(s.ClientID.Value, t.appID())
	for _, c := range ofKind(t.credentials(), objects.Certificate) {
		is := false
		switch configured := t.facts.Certificate; {
		case !here:
		case !configured.Known() || c.Thumbprint == "":
			answer[c.KeyID] = nil
			continue
		default:
			is = strings.EqualFold(c.Thumbprint, configured.Value.SHA1)
		}
		answer[c.KeyID] = &is
	}
	return answer
}

// loadConfigured returns the configured credential if it is one of this application and
// kind, and can be loaded. Otherwise it returns nil.
func (c *Common) loadConfigured(ctx context.Context, t *tenant, kind string) *secrets.Credential {
	s := c.Input.Settings
	if s.Credential == nil || s.Credential.Kind != kind || !strings.EqualFold(s.Value(config.ClientID), t.appID()) {
		return nil
	}
	own, err := session.LoadCredential(ctx, s.Credential, secrets.Deps{LookupEnv: c.Input.Env, Environ: c.Input.Environ, Stdin: c.Input.Stdin})
	if err != nil {
		return nil
	}
	return &own
}

// ownKey returns the configured certificate if the application acts with it, otherwise nil.
func (c *Common) ownKey(ctx context.Context, t *tenant) *secrets.Credential {
	if !t.actor.Self {
		return nil
	}
	return c.loadConfigured(ctx, t, objects.Certificate)
}
