package result

import (
	"cmp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

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

// The texts of enumerations.
var (
	statusTexts = map[Status]msg.Text{OK: msg.New("healthy"), Warning: msg.New("warning"),
		Critical: msg.New("critical"), Unknown: msg.New("unknown"), noted: msg.New("info")}
	checkTexts = map[CheckStatus]msg.Text{Pass: msg.New("passed"), Warn: msg.New("warning"),
		Fail: msg.New("failed"), CheckUnknown: msg.New("unknown"), Skipped: msg.New("not checked")}
	certaintyTexts  = map[Certainty]msg.Text{Proven: msg.New("proven"), Likely: msg.New("likely"), Possible: msg.New("possible")}
	credentialTexts = map[CredentialStatus]msg.Text{
		Valid: msg.New("valid"), Expiring: msg.New("expires soon"), Expired: msg.New("expired"),
		NotYetValid: msg.New("not yet valid"), NeverExpires: msg.New("never expires"),
		PlaceSuperseded: msg.New("superseded"), PlaceDamaged: msg.New("damaged"),
		PlaceUnlisted: msg.New("not listed"), PlaceRefused: msg.New("refused"), PlaceUnknown: msg.New("unknown"),
	}
	placeTexts = map[PlaceKind]msg.Text{
		PlacePassword: msg.New("secret"), PlaceCertificate: msg.New("certificate"),
		PlaceKeyID: msg.New("ID of a credential"), PlaceClientID: msg.New("client ID"), PlaceName: msg.New("a name only"),
	}
	kindTexts = map[string]msg.Text{"password": msg.New("client secret"),
		"certificate": msg.New("certificate"), "federated": msg.New("federated credential")}
	holderTexts = map[string]msg.Text{"application": msg.New("application"), "servicePrincipal": msg.New("service principal")}
	changeTexts = map[string]msg.Text{"new": msg.New("new"), "renewed": msg.New("renewed"), "gone": msg.New("removed")}
	sourceTexts = map[string]msg.Text{
		"auditLog": msg.New("audit log"), "signInLog": msg.New("sign-in log"), "activityReport": msg.New("credential activity report"),
		"credentials": msg.New("credentials"), "deletedApplications": msg.New("deleted applications"),
	}
)

// sentence turns the text of an error or hint into a sentence. A command at its end gets no
// full stop, so that it can be copied.
func sentence(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	if strings.Contains(s, ": spcheck ") {
		return string(unicode.ToUpper(first)) + s[n:]
	}
	return strings.TrimSuffix(string(unicode.ToUpper(first))+s[n:], ".") + "."
}

// textOf returns the text of a value, or the value itself if it has none.
func textOf[T ~string](texts map[T]msg.Text, value T) msg.Text {
	if t, ok := texts[value]; ok {
		return t
	}
	return msg.Literal(string(value))
}

func (s Status) Text() msg.Text           { return textOf(statusTexts, s) }
func (s CheckStatus) Text() msg.Text      { return textOf(checkTexts, s) }
func (c Certainty) Text() msg.Text        { return textOf(certaintyTexts, c) }
func (s CredentialStatus) Text() msg.Text { return textOf(credentialTexts, s) }

// SourceText names a source of an Incident.
func SourceText(source string) msg.Text { return textOf(sourceTexts, source) }

func kindText(kind string) msg.Text       { return textOf(kindTexts, kind) }
func holderText(storedOn string) msg.Text { return textOf(holderTexts, storedOn) }

func kindOn(kind string, p Purpose, storedOn string) msg.Text {
	return msg.New("%s on the %s", kindFor(kind, p), holderText(storedOn))
}

// check returns the check status that corresponds to a status.
func (s Status) check() CheckStatus {
	return cmp.Or(map[Status]CheckStatus{OK: Pass, Warning: Warn, Critical: Fail}[s], CheckUnknown)
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
