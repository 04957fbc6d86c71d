package diagnose

import (
	"errors"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
)

// Where evidence was read. Each is a sentence fragment that ends a line.

func fromConfiguration(origin string) msg.Text {
	return msg.New("configuration, %s", originText(origin))
}

// originText words where a setting came from.
func originText(origin string) msg.Text {
	if name, ok := strings.CutPrefix(origin, "environment "); ok {
		return msg.New("environment variable %s", name)
	}
	if name, ok := strings.CutPrefix(origin, "profile "); ok {
		return msg.New("profile %s", name)
	}
	return msg.Literal(origin)
}

// textOf words an error for people, in their language where it has words of its
// own.
func textOf(err error) msg.Text {
	var worded interface{ Text() msg.Text }
	if errors.As(err, &worded) {
		return worded.Text()
	}
	return msg.Literal(err.Error())
}

func fromDirectory(object, field string) msg.Text {
	return msg.New("Microsoft Graph, %s, field %s", object, field)
}

func fromShape() msg.Text { return msg.New("the value's own shape, read offline") }

func fromCertificateFile() msg.Text { return msg.New("the certificate file") }

func fromTokenFile() msg.Text { return msg.New("the federated token, read without verifying it") }

func fromClock() msg.Text {
	return msg.New("Date header of the sign-in host, against this machine's clock")
}

// answerSource says where the refusal was read.
func (v *view) answerSource() msg.Text {
	switch {
	case v.fromText:
		return msg.New("--error-text")
	case v.refusal != nil && v.refusal.Stage == "discovery":
		return msg.New("answer of the OpenID discovery, field error_description")
	}
	return msg.New("answer of the token endpoint, field error_description")
}

// objectName names the kind of object that holds a credential.
func objectName(storedOn string) msg.Text {
	if storedOn == objects.OnServicePrincipal {
		return msg.New("the service principal")
	}
	return msg.New("the application")
}

// credentialName is how a sentence refers to a credential: by its key ID, which
// is unique, and its name where it has one.
func credentialName(c objects.Credential) msg.Text {
	switch {
	case c.Name != "" && c.KeyID != "":
		return msg.New("%s (%s)", c.KeyID, c.Name)
	case c.KeyID != "":
		return msg.Literal(c.KeyID)
	}
	return msg.Literal(c.Name)
}

// seenCredential adds what identifies a listed credential to the evidence.
func (d *verdict) seenCredential(claim msg.Text, c objects.Credential) *verdict {
	value := c.KeyID
	if c.Start != nil {
		value += ", start " + rfc3339(*c.Start)
	}
	if c.End != nil {
		value += ", end " + rfc3339(*c.End)
	}
	if c.Hint != "" {
		value += ", hint " + c.Hint
	}
	return d.seen(claim, value, fromDirectory(c.StoredOn, fieldOf(c)))
}

func fieldOf(c objects.Credential) string {
	switch c.Kind {
	case objects.Certificate:
		return "keyCredentials"
	case objects.Federated:
		return "federatedIdentityCredentials"
	}
	return "passwordCredentials"
}

func rfc3339(t time.Time) string { return t.UTC().Format(time.RFC3339) }
