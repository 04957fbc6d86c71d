package diagnose

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/objects"
)

// match is which of the listed credentials may be the configured one.
type match struct {
	// sure are the credentials with the configured secret's hint, or the configured
	// certificate's thumbprint.
	sure []objects.Credential
	// maybe are those that cannot be compared: secrets without a hint, certificates without
	// a thumbprint, and flexible federated credentials.
	maybe []objects.Credential
}

// one returns the configured credential if only one is possible.
func (m match) one() (objects.Credential, bool) {
	if len(m.sure) > 0 {
		return only(m.sure)
	}
	return only(m.maybe)
}

// proven reports whether one was recognised by its hint or thumbprint, rather than
// because no other is left.
func (m match) proven() bool { return len(m.sure) == 1 }

// none reports whether no listed credential can be the configured one.
func (m match) none() bool { return len(m.sure) == 0 && len(m.maybe) == 0 }

func (v *view) matchCredential() match {
	switch v.Setup.Kind {
	case objects.Certificate:
		signs := func(c objects.Credential) bool {
			return v.Certificate.Known() && c.Kind == objects.Certificate && c.Purpose.SignsIn()
		}
		sure := v.which(func(c objects.Credential) bool {
			return signs(c) && strings.EqualFold(c.Thumbprint, v.Certificate.Value.SHA1)
		})
		// The same certificate on both objects counts as one credential.
		return match{sure: sure[:min(1, len(sure))],
			maybe: v.which(func(c objects.Credential) bool { return signs(c) && c.Thumbprint == "" && v.agrees(c) })}
	case objects.Federated:
		t := v.Token.Value
		trusts := func(subject string) []objects.Credential {
			return v.which(func(c objects.Credential) bool {
				return v.Token.Known() && c.Kind == objects.Federated && c.Issuer == t.Issuer && c.Subject == subject &&
					overlap(c.Audiences, t.Audiences)
			})
		}
		m := match{sure: trusts(t.Subject)}
		if t.Subject != "" {
			m.maybe = trusts("")
		}
		return m
	}
	hint := v.hint()
	comparable := func(c objects.Credential) bool { return hint != "" && c.Hint != "" }
	return match{
		sure:  v.passwords(func(c objects.Credential) bool { return v.agrees(c) && comparable(c) && c.Hint == hint }),
		maybe: v.passwords(func(c objects.Credential) bool { return v.agrees(c) && !comparable(c) }),
	}
}

// agrees reports whether the answer of the token endpoint is possible for the credential:
// Entra returns 7000222 only for an expired secret, and no token for one.
func (v *view) agrees(c objects.Credential) bool {
	switch {
	case v.family(aadsts.SecretExpired) && !v.fromText:
		return !v.usable(c)
	case v.token != nil:
		return !v.expired(c)
	}
	return true
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool { return slices.Contains(b, x) })
}

// hinted returns the listed secrets with the configured value's first characters,
// whatever the token endpoint says about them.
func (v *view) hinted() []objects.Credential {
	return v.passwords(func(c objects.Credential) bool { return c.Hint != "" && c.Hint == v.hint() })
}

// Unlisted reports whether the credential was refused and is none of the listed ones, so
// that it may belong to another application.
func Unlisted(f *Facts) bool {
	v := newView(f)
	none := v.match.none() || v.Setup.Kind == objects.Certificate && len(v.match.sure) == 0
	return v.refusal != nil && v.listed() && none
}
