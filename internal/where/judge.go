package where

import (
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// judgement is a place while it is judged.
type judgement struct {
	found
	app   App
	place result.Place
}

// judge says which credential a find is, how certain that is, and the credential's status.
// ours is false if nothing connects the find with the application.
func judge(f found, app App) (p result.Place, ours bool) {
	j := judgement{found: f, app: app, place: result.Place{
		Source: f.source, Location: f.location, Kind: f.kind, Certainty: result.Possible, Evidence: []msg.Text{},
		Line: result.OrNil(f.line), Setting: result.OrNil(f.setting), Target: result.OrNil(f.target),
	}}
	if f.beside || f.kind == result.PlaceClientID {
		j.place.ClientID = &app.ID
	}
	ours = true
	switch {
	case f.kind == result.PlaceClientID:
		j.place.Certainty = result.Proven
		j.because(msg.New("the client ID is there; no credential was recognised next to it"))
	case f.kind == result.PlaceName:
		j.because(msg.New("the client ID is next to it; the value cannot be read there"))
	case f.kind == result.PlaceKeyID:
		j.is(credential(app, f.keyID), result.Proven, msg.New("its ID or thumbprint is there"))
	case f.kind == result.PlaceCertificate:
		j.is(credential(app, f.keyID), result.Proven, msg.New("the certificate has the thumbprint of a listed one"))
	case f.proof == result.PlaceRefused:
		j.refused()
	case f.proof != "" && f.proof != result.PlaceUnknown:
		j.proven()
	default:
		ours = j.byValue()
	}
	return j.place, ours
}

func (j *judgement) because(evidence ...msg.Text) {
	j.place.Evidence = append(j.place.Evidence, evidence...)
}

func (j *judgement) has(s result.CredentialStatus, evidence ...msg.Text) {
	j.place.Status = &s
	j.because(evidence...)
}

// is says which listed credential it is.
func (j *judgement) is(c *result.Credential, certainty result.Certainty, evidence ...msg.Text) {
	j.place.Certainty = certainty
	if c != nil {
		j.place.KeyID = c.KeyID
		j.place.Status = result.OrNil(standing(*c, j.app))
	}
	j.because(evidence...)
}

// configured returns the listed credential that the run is configured with, or nil.
func (a App) configured() *result.Credential {
	return listed(a, func(c result.Credential) bool { return c.Configured != nil && *c.Configured })
}

func credential(app App, keyID string) *result.Credential {
	return listed(app, func(c result.Credential) bool { return c.KeyID != nil && *c.KeyID == keyID })
}

func listed(app App, is func(result.Credential) bool) *result.Credential {
	if i := slices.IndexFunc(app.Listed, is); i >= 0 {
		return &app.Listed[i]
	}
	return nil
}

// standing returns the status of a listed credential, and whether a later one exists.
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

// proven judges a value that Entra knows.
func (j *judgement) proven() {
	expired := j.proof == result.Expired
	j.place.Certainty = result.Proven
	if expired {
		j.has(j.proof, msg.New("Entra says that it has expired"))
	} else {
		j.has(j.proof, msg.New("signing in with it returned a token"))
	}
	hits, blind := candidates(j.app, j.value)
	fitting := slices.DeleteFunc(append(hits, blind...), func(c *result.Credential) bool { return (c.Status == result.Expired) != expired })
	if len(fitting) == 1 {
		j.is(fitting[0], result.Proven, msg.New("no other listed secret matches"))
	}
}

// refused judges a value that Entra does not accept. Only its first characters can tell
// which secret it once was.
func (j *judgement) refused() {
	j.place.Certainty = result.Proven
	j.has(result.PlaceRefused, msg.New("Entra does not accept it as a secret of this application"))
	if hits, _ := candidates(j.app, j.value); len(hits) == 1 {
		j.place.KeyID, j.place.Certainty = hits[0].KeyID, result.Likely
	}
	if j.damaged() {
		j.has(result.PlaceDamaged)
	}
}

// byValue judges by the value's format and by what is next to it.
func (j *judgement) byValue() (ours bool) {
	v := j.value.Reveal()
	if c := credential(j.app, lower(v)); c != nil {
		j.is(c, result.Proven)
		j.has(result.PlaceDamaged, msg.New("the ID of the secret is where its value should be"))
		return true
	}
	damaged := j.damaged()
	hits, blind := candidates(j.app, j.value)
	configured, own := j.app.configured(), !j.value.Empty() && j.value == j.app.Configured
	if own {
		j.because(msg.New("it is the secret that this run is configured with"))
	}
	switch {
	case own && configured != nil:
		j.is(configured, result.Likely)
	case len(hits) == 1:
		certainty := result.Possible
		if !j.other && (j.beside || secrets.ValidChecksum(v)) {
			certainty = result.Likely
		}
		j.is(hits[0], certainty, msg.New("its first three characters are the hint of one listed secret"))
	case len(hits) > 1:
		j.has(result.PlaceUnknown, msg.New("its first three characters are the hint of %d listed secrets", len(hits)))
	case !own && (!j.beside || !about(j.found)):
		return false
	case !j.app.Known:
		j.has(result.PlaceUnknown)
	case len(blind) == 1:
		j.is(blind[0], result.Possible, msg.New("one listed secret has no hint; it may be that one"))
	case len(blind) > 1:
		j.has(result.PlaceUnknown, msg.New("%d listed secrets have no hint; it may be one of these", len(blind)))
	default:
		j.has(result.PlaceUnlisted, msg.New("no listed secret starts with the same characters: it was removed, belongs to another application, or is not a secret"))
	}
	if damaged {
		j.has(result.PlaceDamaged)
	}
	if j.beside {
		j.because(msg.New("the client ID is next to it"))
	}
	return true
}

// damaged adds what the value's format shows.
func (j *judgement) damaged() bool {
	v := j.value.Reveal()
	switch marker := strings.Index(v, "8Q~"); {
	case secrets.ValidChecksum(v):
		j.because(msg.New("its checksum is correct"))
		return false
	case marker >= 0 && marker <= 6 && len(v) > 20:
		j.because(msg.New("it looks like a client secret whose checksum is wrong: a character was lost or changed"))
		return true
	case strings.HasSuffix(v, `\n`), strings.HasSuffix(v, `\r`), strings.TrimSpace(v) != v:
		j.because(msg.New("it starts or ends with a space or line break"))
		return true
	}
	return false
}

// candidates returns the listed secrets whose hint matches a value, and those without a
// hint.
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

// aboutClients matches names of settings for the sign-in of an application, not of a
// database or a person.
var aboutClients = lazyregexp.New(`(?i)client|app|azure|arm[-_]|aad|entra|graph|msal|adal|oauth|principal|\bsp[-_]|m365|o365|tenant|securestring|^-p$`)

// adjoining is the maximum distance in lines of a client ID from a setting whose name
// says only that it is some secret.
const adjoining = 3

// about reports whether a setting is for the sign-in of the application.
func about(f found) bool {
	if marked().MatchString(f.value.Reveal()) {
		return true
	}
	return !othersName().MatchString(f.setting) && (aboutClients().MatchString(f.setting) || f.lines <= adjoining)
}
