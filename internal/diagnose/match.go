package diagnose

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/objects"
)

// match is which of the listed credentials the configured one is, as far as it
// can be told.
type match struct {
	// sure are the credentials with the configured secret's hint, or the
	// configured certificate's thumbprint.
	sure []objects.Credential
	// maybe are the passwords without a hint, which no value contradicts.
	maybe []objects.Credential
}

// one is the configured credential, where exactly one can be meant. The answer
// of the token endpoint helps: 7000222 is said of an ended secret only, and a
// sign-in that worked used one that has not ended.
func (m match) one() (objects.Credential, bool) {
	switch {
	case len(m.sure) == 1:
		return m.sure[0], true
	case len(m.sure) == 0 && len(m.maybe) == 1:
		return m.maybe[0], true
	}
	return objects.Credential{}, false
}

// proven reports whether the one was recognised by its hint or thumbprint, not
// by being the only one left.
func (m match) proven() bool { return len(m.sure) == 1 }

// none reports whether no listed credential can be the configured one.
func (m match) none() bool { return len(m.sure) == 0 && len(m.maybe) == 0 }

func (v *view) matchCredential() match {
	switch v.Setup.Kind {
	case objects.Certificate:
		return v.matchCertificate()
	case objects.Federated:
		return v.matchFederated()
	}
	return v.matchPassword()
}

func (v *view) matchPassword() match {
	var m match
	hint := v.hint()
	for _, c := range v.creds {
		switch {
		case c.Kind != objects.Password || c.SignsSAML() || !v.agrees(c):
		case c.Hint == "" || hint == "":
			m.maybe = append(m.maybe, c)
		case c.Hint == hint:
			m.sure = append(m.sure, c)
		}
	}
	return m
}

// hint is the first three characters to look for in Graph: those of the value,
// or of the repaired value once that one signed in.
func (v *view) hint() string { return v.shape().Hint }

// agrees reports whether the token endpoint's answer allows the credential to
// be the one that was sent.
func (v *view) agrees(c objects.Credential) bool {
	switch {
	case v.family(aadsts.SecretExpired) && !v.fromText:
		return c.Expired(v.now) || !c.Usable(v.now)
	case v.token != nil:
		return !c.Expired(v.now)
	}
	return true
}

func (v *view) matchCertificate() match {
	var m match
	if !v.Certificate.Known() {
		return m
	}
	for _, c := range v.creds {
		if c.Kind == objects.Certificate && c.Purpose.SignsIn() && strings.EqualFold(c.Thumbprint, v.Certificate.Value.SHA1) {
			m.sure = append(m.sure, c)
		}
	}
	// The same certificate on both objects is one credential to its user.
	if len(m.sure) > 1 {
		m.sure = m.sure[:1]
	}
	return m
}

func (v *view) matchFederated() match {
	var m match
	if !v.Token.Known() {
		return m
	}
	t := v.Token.Value
	for _, c := range v.creds {
		if c.Kind == objects.Federated && c.Issuer == t.Issuer && c.Subject == t.Subject && overlap(c.Audiences, t.Audiences) {
			m.sure = append(m.sure, c)
		}
	}
	return m
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool { return slices.Contains(b, x) })
}

// usablePasswords are the passwords that could sign in now.
func (v *view) usablePasswords() []objects.Credential {
	return v.passwords(func(c objects.Credential) bool { return c.Usable(v.now) })
}

// expiredPasswords are the passwords past their end.
func (v *view) expiredPasswords() []objects.Credential {
	return v.passwords(func(c objects.Credential) bool { return c.Expired(v.now) })
}

func (v *view) passwords(keep func(objects.Credential) bool) []objects.Credential {
	var kept []objects.Credential
	for _, c := range v.creds {
		if c.Kind == objects.Password && !c.SignsSAML() && keep(c) {
			kept = append(kept, c)
		}
	}
	return kept
}

// Stranger reports whether the credential was refused and none of the listed
// ones can be it, so that another application's may be looked for.
func Stranger(f *Facts) bool {
	v := newView(f)
	return v.refusal != nil && v.listed() && v.match.none()
}
