package scan

import (
	"maps"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// stream is what is kept of one listing: counts, a little for the join with the
// other listings, and those credentials that a rule may find something about.
type stream struct {
	scan *tenantScan
	seen seenIDs
	// objects counts what was read. Of those without credentials, which are not
	// looked at, one that Graph sent twice counts twice.
	objects int
	// credentials counts all but the excluded ones.
	credentials int
	excluded    map[string]int
	// usable are the application IDs that have a credential that is usable now.
	usable idSet
	// lasting are those that have one that is usable beyond the warning window.
	lasting idSet
	// certified are those that have a usable certificate.
	certified idSet
	// signing are the keys that sign SAML tokens; signed are the objects that have one
	// that is usable beyond the warning window.
	signing objects.SigningKeys
	signed  idSet
	// suspects counts the secrets of which only their use tells whether anybody has
	// the value.
	suspects   int
	candidates spool
	buffer     []byte
}

// Reasons for what is left out by default.
const (
	reasonMicrosoft = "microsoft-application"
	reasonManaged   = "managed-identity"
	reasonSAML      = "saml-signing"
	reasonEncrypt   = "token-encryption"
)

// microsoftTenants own Microsoft's own applications: "Microsoft Services" and
// Microsoft's corporate tenant (Microsoft's list of first-party applications).
var microsoftTenants = [...]string{"f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72f988bf-86f1-41af-91ab-2d7cd011db47"}

func (s *stream) reset() {
	s.candidates.close()
	*s = stream{scan: s.scan, excluded: map[string]int{}, signing: objects.SigningKeys{}}
}

// object looks at one object and its credentials.
func (s *stream) object(o *objects.Listed) error {
	if s.seen.add(o.ID) {
		s.objects--
		return nil
	}
	if reason := noise(o); reason != "" {
		s.excluded[reason] += len(o.Credentials)
		return nil
	}
	s.purposes(o)
	list := make([]objects.Credential, 0, len(o.Credentials))
	statuses := make([]result.CredentialStatus, 0, len(o.Credentials))
	kept := o.Credentials[:0]
	secrets := 0
	for _, c := range o.Credentials {
		if reason := s.without(o, &c); reason != "" {
			s.excluded[reason]++
			continue
		}
		full := c.Credential()
		status := full.Status(s.scan.now, s.scan.within)
		if usable(status) && c.Kind == objects.Password && c.Purpose.SignsIn() {
			secrets++
		}
		kept, list, statuses = append(kept, c), append(list, full), append(statuses, status)
	}
	o.Credentials = kept
	for i := range kept {
		if err := s.credential(o, &kept[i], &list[i], statuses[i], secrets); err != nil {
			return err
		}
	}
	if len(kept) == 0 && !o.Disabled {
		return nil
	}
	return s.whole(o, secrets)
}

// noise names why a whole object is left out.
func noise(o *objects.Listed) string {
	for _, t := range microsoftTenants {
		if o.OwnerTenant == t {
			return reasonMicrosoft
		}
	}
	if strings.EqualFold(o.Type, "ManagedIdentity") {
		return reasonManaged
	}
	return ""
}

// purposes says what each credential of an object is for, as far as this listing
// shows it, and whether the object holds the certificate that it says signs.
func (s *stream) purposes(o *objects.Listed) {
	var own objects.SigningKeys // few objects have any
	held := false
	for i := range o.Credentials {
		c := &o.Credentials[i]
		if c.Usage == "Sign" {
			if own == nil {
				own = objects.SigningKeys{}
			}
			own.Add(o.ID, c)
		}
		held = held || c.Thumbprint != "" && strings.EqualFold(c.Thumbprint, o.SigningThumbprint)
	}
	maps.Copy(s.signing, own)
	holder := o.Holder()
	for i := range o.Credentials {
		o.Credentials[i].Purpose = objects.PurposeOf(holder, &o.Credentials[i], own)
	}
	if !held {
		o.SigningThumbprint = "" // it names a certificate that is gone
	}
}

// without names why a credential is left out. Of a certificate that signs SAML
// tokens the entry to sign stands for all three.
func (s *stream) without(o *objects.Listed, c *objects.ListedCredential) string {
	switch {
	case c.Purpose == result.TokenEncryption:
		return reasonEncrypt
	case s.signing.Twin(o.ID, c):
		return reasonSAML
	}
	return ""
}

// credential counts a credential, and keeps it where a rule might find something
// about it. A password of a service principal may turn out to belong to a signing
// key, and one that spcheck has added to have come to nobody, so that all of those
// are kept and counted as usable later.
func (s *stream) credential(o *objects.Listed, c *objects.ListedCredential, full *objects.Credential, status result.CredentialStatus, secrets int) error {
	s.credentials++
	suspect := full.PossiblyLost(nil, s.scan.now)
	doubtful := suspect || o.Kind == objects.OnServicePrincipal && c.Kind == objects.Password
	if suspect {
		s.suspects++
	}
	switch {
	case !usable(status) || doubtful:
	case c.Purpose == result.SAMLSigning:
		if status != result.Expiring {
			s.signed.add(o.ID)
		}
	default:
		s.usable.add(o.AppID)
		if status != result.Expiring {
			s.lasting.add(o.AppID)
		}
		if c.Kind == objects.Certificate {
			s.certified.add(o.AppID)
		}
	}
	change := s.scan.change(c)
	k := s.scan.newCase(o, full, status, secrets, change)
	if !doubtful && !s.scan.options.Inventory && change == "" && !s.scan.anyRule(k) {
		return nil
	}
	return s.keep(&record{object: *o, credential: c, usableSecrets: secrets, change: change})
}

// whole looks at the object as such.
func (s *stream) whole(o *objects.Listed, secrets int) error {
	k := s.scan.newCase(o, nil, "", secrets, "")
	if !s.scan.anyRule(k) {
		return nil
	}
	return s.keep(&record{object: *o, usableSecrets: secrets})
}

func (s *stream) keep(r *record) error {
	s.buffer = r.appendTo(s.buffer[:0])
	return s.candidates.append(s.buffer)
}

func (s *stream) count(p objects.Page) {
	s.objects += p.Objects
	s.scan.page(p)
}

// newCase is a credential, or an object, as the rules see it before the tenant
// was read to its end.
func (t *tenantScan) newCase(o *objects.Listed, c *objects.Credential, status result.CredentialStatus, secrets int, change string) *ruleCase {
	return &ruleCase{
		Now: t.now, Within: t.within, MaxLifetime: t.options.MaxLifetime, MaxPasswords: t.options.MaxPasswords,
		Object: o, Credential: c, Status: status, UsableSecrets: secrets, Change: change, LastUsed: time.Time{},
	}
}

// anyRule reports whether a rule may find something.
func (t *tenantScan) anyRule(k *ruleCase) bool {
	for i := range t.options.Rules {
		if r := &t.options.Rules[i]; t.applies(r, k) && r.Judge(k) != "" {
			return true
		}
	}
	return false
}

// applies reports whether a rule is about credentials or objects as the case is,
// and has what it needs.
func (t *tenantScan) applies(r *rule, k *ruleCase) bool {
	if r.Objects != (k.Credential == nil) || !r.about(k.Credential) {
		return false
	}
	switch r.Need {
	case NeedBaseline:
		return k.Change != ""
	case needActivity, needSuspicion:
		return !k.Joined || t.useKnown()
	case needPolicies:
		return !k.Joined || t.policies.err == nil
	case needPowers:
		return !k.Joined || t.powers.asked
	case NeedPreview:
		return t.options.Preview != nil
	}
	return true
}
