package result

import (
	"time"

	"github.com/spcheck/spcheck/internal/msg"
)

// When says how far a time is from now, in whole units rounded down: "in 12 days", "5
// hours ago". Every such text comes from here, so the same distance always reads the
// same.
func When(t, now time.Time) msg.Text {
	seconds := t.Unix() - now.Unix() // a time.Duration is limited to 292 years
	past := seconds < 0
	if past {
		seconds = -seconds
	}
	const minute, hour, day = 60, 60 * 60, 24 * 60 * 60
	switch {
	case seconds < minute:
		return msg.New("now")
	case seconds < hour && past:
		return msg.New("%d minutes ago", int(seconds/minute))
	case seconds < hour:
		return msg.New("in %d minutes", int(seconds/minute))
	case seconds < 2*day && past:
		return msg.New("%d hours ago", int(seconds/hour))
	case seconds < 2*day:
		return msg.New("in %d hours", int(seconds/hour))
	case past:
		return msg.New("%d days ago", int(seconds/day))
	}
	return msg.New("in %d days", int(seconds/day))
}

func statusText(s Status) msg.Text {
	switch s {
	case OK:
		return msg.New("healthy")
	case Warning:
		return msg.New("warning")
	case Critical:
		return msg.New("critical")
	}
	return msg.New("unknown")
}

// Text names a status.
func (s Status) Text() msg.Text { return statusText(s) }

// Text names the outcome of a check.
func (s CheckStatus) Text() msg.Text {
	switch s {
	case Pass:
		return msg.New("passed")
	case Warn:
		return msg.New("warning")
	case Fail:
		return msg.New("failed")
	case Skipped:
		return msg.New("not checked")
	}
	return msg.New("unknown")
}

// Text names a certainty.
func (c Certainty) Text() msg.Text {
	switch c {
	case Proven:
		return msg.New("proven")
	case Likely:
		return msg.New("likely")
	}
	return msg.New("possible")
}

// Text names the state of a credential.
func (s CredentialStatus) Text() msg.Text {
	switch s {
	case Valid:
		return msg.New("valid")
	case Expiring:
		return msg.New("expires soon")
	case Expired:
		return msg.New("expired")
	case NotYetValid:
		return msg.New("not yet valid")
	case NeverExpires:
		return msg.New("never expires")
	}
	return msg.Literal(string(s))
}

func kindText(kind string) msg.Text {
	switch kind {
	case "password":
		return msg.New("client secret")
	case "certificate":
		return msg.New("certificate")
	case "federated":
		return msg.New("federated credential")
	}
	return msg.Literal(kind)
}

func holderText(storedOn string) msg.Text {
	switch storedOn {
	case "application":
		return msg.New("application")
	case "servicePrincipal":
		return msg.New("service principal")
	}
	return msg.Literal(storedOn)
}

func kindOn(kind string, p Purpose, storedOn string) msg.Text {
	return msg.New("%s on the %s", kindFor(kind, p), holderText(storedOn))
}

func truth(b *bool) msg.Text {
	switch {
	case b == nil:
		return msg.New("not known")
	case *b:
		return msg.New("yes")
	}
	return msg.New("no")
}

// KindText names the kind of a credential.
func (c Credential) KindText() msg.Text { return kindFor(c.Kind, c.Purpose) }
