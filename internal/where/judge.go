package where

import (
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// judge says which credential a find is, how strongly that is known, and how the
// credential stands. ours is false where nothing speaks for the application.
func judge(f found, app App) (p result.Place, ours bool) {
	p = result.Place{Source: f.source, Location: f.location, Kind: f.kind, Certainty: result.Possible, Evidence: []msg.Text{},
		Line: result.OrNil(f.line), Setting: result.OrNil(f.setting), Target: result.OrNil(f.target)}
	if f.beside || f.kind == result.PlaceClientID {
		p.ClientID = &app.ID
	}
	switch f.kind {
	case result.PlaceClientID:
		p.Certainty = result.Proven
		return told(p, msg.New("the client ID is there; no credential was recognised next to it")), true
	case result.PlaceName:
		return told(p, msg.New("the client ID is next to it; the value cannot be read there")), true
	case result.PlaceKeyID:
		return told(listed(p, result.Proven, credential(app, f.keyID), app), msg.New("its ID or thumbprint is there")), true
	case result.PlaceCertificate:
		return told(listed(p, result.Proven, credential(app, f.keyID), app), msg.New("the certificate has the thumbprint of a listed one")), true
	}
	if f.proof != "" && f.proof != result.PlaceUnknown {
		return proven(p, f, app)
	}
	return byValue(p, f, app)
}

func told(p result.Place, evidence ...msg.Text) result.Place {
	p.Evidence = append(p.Evidence, evidence...)
	return p
}

// listed says which credential it is, and how that stands.
func listed(p result.Place, certainty result.Certainty, c *result.Credential, app App) result.Place {
	p.Certainty = certainty
	if c != nil {
		p.KeyID = c.KeyID
		p.Status = result.OrNil(standing(*c, app))
	}
	return p
}

func stands(p result.Place, s result.CredentialStatus) result.Place {
	p.Status = &s
	return p
}

// configured is the listed credential that the run is configured with, nil where
// that is not known.
func (a App) configured() *result.Credential {
	for i, c := range a.Listed {
		if c.Configured != nil && *c.Configured {
			return &a.Listed[i]
		}
	}
	return nil
}

func credential(app App, keyID string) *result.Credential {
	for i, c := range app.Listed {
		if c.KeyID != nil && *c.KeyID == keyID {
			return &app.Listed[i]
		}
	}
	return nil
}

// standing is the state of a listed credential, and whether a later one exists.
func standing(c result.Credential, app App) result.CredentialStatus {
	if c.Status == "" {
		return result.PlaceUnknown
	}
	if c.Status != result.Valid && c.Status != result.Expiring || c.EndDateTime == nil {
		return c.Status
	}
	for _, o := range app.Listed {
		later := o.Status == result.NeverExpires || o.EndDateTime != nil && o.EndDateTime.After(c.EndDateTime.Add(24*time.Hour))
		usable := o.Status == result.Valid || o.Status == result.Expiring || o.Status == result.NeverExpires
		if o.Kind == c.Kind && later && usable {
			return result.PlaceSuperseded
		}
	}
	return c.Status
}

// proven is what a sign-in with the value has shown.
func proven(p result.Place, f found, app App) (result.Place, bool) {
	hits, blind := candidates(app, f.value)
	if f.proof == result.PlaceRefused {
		return refused(p, f, hits), true
	}
	fits := func(c *result.Credential) bool { return c.Status != result.Expired }
	evidence := msg.New("signing in with it returned a token")
	if f.proof == result.Expired {
		fits = func(c *result.Credential) bool { return c.Status == result.Expired }
		evidence = msg.New("Entra says that it has expired")
	}
	p = told(stands(p, f.proof), evidence)
	p.Certainty = result.Proven
	var one []*result.Credential
	for _, c := range append(hits, blind...) {
		if fits(c) {
			one = append(one, c)
		}
	}
	if len(one) == 1 {
		p = told(listed(p, result.Proven, one[0], app), msg.New("no other listed secret matches"))
	}
	return p, true
}

// refused is a value that Entra does not take. Which secret it once was, only its
// beginning can tell.
func refused(p result.Place, f found, hits []*result.Credential) result.Place {
	p = told(stands(p, result.PlaceRefused), msg.New("Entra does not accept it as a secret of this application"))
	p.Certainty = result.Proven
	if len(hits) == 1 {
		p.KeyID, p.Certainty = hits[0].KeyID, result.Likely
	}
	p, damaged := shape(p, f.value.Reveal())
	if damaged {
		p = stands(p, result.PlaceDamaged)
	}
	return p
}

// byValue goes by what the value looks like, and by what is next to it.
func byValue(p result.Place, f found, app App) (result.Place, bool) {
	v := f.value.Reveal()
	if c := credential(app, lower(v)); c != nil {
		p = listed(p, result.Proven, c, app)
		return told(stands(p, result.PlaceDamaged), msg.New("the ID of the secret is where its value should be")), true
	}
	p, damaged := shape(p, v)
	hits, blind := candidates(app, f.value)
	configured, own := app.configured(), !f.value.Empty() && f.value == app.Configured
	if own {
		p = told(p, msg.New("it is the secret that this run is configured with"))
	}
	switch {
	case own && configured != nil:
		p = listed(p, result.Likely, configured, app)
	case len(hits) == 1:
		p = told(listed(p, result.Possible, hits[0], app), msg.New("its first three characters are the hint of one listed secret"))
		if !f.other && (f.beside || secrets.ValidChecksum(v)) {
			p.Certainty = result.Likely
		}
	case len(hits) > 1:
		p = told(stands(p, result.PlaceUnknown), msg.New("its first three characters are the hint of %d listed secrets", len(hits)))
	case !own && (!f.beside || !about(f)):
		return p, false
	case !app.Known:
		p = stands(p, result.PlaceUnknown)
	case len(blind) == 1:
		p = told(listed(p, result.Possible, blind[0], app), msg.New("one listed secret has no hint; it may be that one"))
	case len(blind) > 1:
		p = told(stands(p, result.PlaceUnknown), msg.New("%d listed secrets have no hint; it may be one of these", len(blind)))
	default:
		p = told(stands(p, result.PlaceUnlisted), msg.New("no listed secret starts with the same characters: it was removed, belongs to another application, or is not a secret"))
	}
	if damaged {
		p = stands(p, result.PlaceDamaged)
	}
	if f.beside {
		p = told(p, msg.New("the client ID is next to it"))
	}
	return p, true
}

// shape says what the form of a value tells.
func shape(p result.Place, v string) (_ result.Place, damaged bool) {
	switch marker := strings.Index(v, "8Q~"); {
	case secrets.ValidChecksum(v):
		return told(p, msg.New("its checksum is correct")), false
	case marker >= 0 && marker <= 6 && len(v) > 20:
		return told(p, msg.New("it looks like a client secret whose checksum is wrong: a character was lost or changed")), true
	case strings.HasSuffix(v, `\n`), strings.HasSuffix(v, `\r`), strings.TrimSpace(v) != v:
		return told(p, msg.New("it starts or ends with a space or line break")), true
	}
	return p, false
}

// candidates are the listed secrets that begin like a value, and those that could
// be any, since Graph tells no hint of them.
func candidates(app App, v secrets.Value) (hits, blind []*result.Credential) {
	text := v.Reveal()
	for i, c := range app.Listed {
		switch {
		case c.Kind != "password":
		case c.Hint == nil || *c.Hint == "":
			blind = append(blind, &app.Listed[i])
		case strings.HasPrefix(text, *c.Hint):
			hits = append(hits, &app.Listed[i])
		}
	}
	return hits, blind
}

// aboutClients is a name of a setting that is about an application's sign-in, and
// not about a database's or a person's.
var aboutClients = lazyregexp.New(`(?i)client|app|azure|arm[-_]|aad|entra|graph|msal|adal|oauth|principal|\bsp[-_]|m365|o365|tenant|securestring|^-p$`)

// adjoining is how many lines a client ID may be away from a setting whose name
// says only that it holds some secret.
const adjoining = 3

// about reports whether a setting is about the application's own sign-in.
func about(f found) bool {
	if marked().MatchString(f.value.Reveal()) {
		return true
	}
	return !othersName().MatchString(f.setting) && (aboutClients().MatchString(f.setting) || f.lines <= adjoining)
}
