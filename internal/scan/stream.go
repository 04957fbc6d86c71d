package scan

import (
	"maps"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// stream holds what is kept of one listing: counts, IDs that are needed to join it with the
// other listings, and the credentials that a rule may report.
type stream struct {
	scan *tenantScan
	seen idSet // Graph may send an object on two pages if it changes meanwhile
	// objects counts the objects of the listing. One without credentials that Graph sent
	// twice counts twice.
	objects int
	// credentials counts all except the excluded ones.
	credentials int
	excluded    map[string]int
	// usable are the application IDs with a credential that is usable now, lasting those
	// with one that is usable beyond the warning window, and certified those with a usable
	// certificate.
	usable, lasting, certified idSet
	// signing are the keys that sign SAML tokens. signed are the objects with one that is
	// usable beyond the warning window.
	signing objects.SigningKeys
	signed  idSet
	// suspects counts the secrets that may be lost. Only their last use can tell.
	suspects   int
	unread     unread
	candidates spool
}

// Reasons for credentials that are excluded by default.
const (
	reasonMicrosoft = "microsoft-application"
	reasonManaged   = "managed-identity"
	reasonSAML      = "saml-signing"
	reasonEncrypt   = "token-encryption"
)

// microsoftTenants own Microsoft's applications: "Microsoft Services" and Microsoft's
// corporate tenant (Microsoft's list of first-party applications).
var microsoftTenants = [...]string{"f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72f988bf-86f1-41af-91ab-2d7cd011db47"}

func (s *stream) reset() {
	s.candidates.close()
	*s = stream{scan: s.scan, excluded: map[string]int{}, signing: objects.SigningKeys{}}
}

// object evaluates an object and its credentials.
func (s *stream) object(o *objects.Listed) error {
	if !s.seen.add(o.ID) {
		s.objects--
		return nil
	}
	if reason := noise(o); reason != "" {
		s.excluded[reason] += len(o.Credentials)
		return nil
	}
	s.purposes(o)
	o.Credentials = slices.DeleteFunc(o.Credentials, func(c objects.ListedCredential) bool {
		reason := s.without(o, &c)
		if reason != "" {
			s.excluded[reason]++
		}
		return reason != ""
	})
	s.unread.note(s.scan, o)
	list := make([]objects.Credential, len(o.Credentials))
	statuses := make([]result.CredentialStatus, len(o.Credentials))
	secrets := 0
	for i := range o.Credentials {
		c := &o.Credentials[i]
		list[i] = c.Credential()
		statuses[i] = list[i].Status(s.scan.now, s.scan.within)
		if usable(statuses[i]) && c.Kind == objects.Password && c.Purpose.SignsIn() {
			secrets++
		}
	}
	for i := range o.Credentials {
		if err := s.credential(o, &o.Credentials[i], &list[i], statuses[i], secrets); err != nil {
			return err
		}
	}
	if len(o.Credentials) == 0 && !o.Disabled || !s.scan.anyRule(s.scan.newCase(o, nil, "", secrets, "")) {
		return nil
	}
	return s.candidates.add(&record{object: *o, usableSecrets: secrets})
}

// noise says why an object is excluded.
func noise(o *objects.Listed) string {
	switch {
	case slices.Contains(microsoftTenants[:], o.OwnerTenant):
		return reasonMicrosoft
	case strings.EqualFold(o.Type, "ManagedIdentity"):
		return reasonManaged
	}
	return ""
}

// purposes sets the purpose of each credential, if this listing shows it, and checks whether
// the object has the certificate that it names as active.
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
		o.SigningThumbprint = "" // the certificate was removed
	}
}

// without says why a credential is excluded. Of the three entries of a certificate that
// signs SAML tokens, only the one for signing is kept.
func (s *stream) without(o *objects.Listed, c *objects.ListedCredential) string {
	switch {
	case c.Purpose == result.TokenEncryption:
		return reasonEncrypt
	case s.signing.Twin(o.ID, c):
		return reasonSAML
	}
	return ""
}

// credential counts a credential, and keeps it if a rule might report it. A password of a
// service principal may belong to a signing key, and the value of a secret that spcheck
// added may be lost. Such passwords are kept, and counted as usable later.
func (s *stream) credential(o *objects.Listed, c *objects.ListedCredential, full *objects.Credential, status result.CredentialStatus, secrets int) error {
	s.credentials++
	suspect := full.PossiblyLost(nil, s.scan.now)
	doubtful := suspect || o.Kind == objects.OnServicePrincipal && c.Kind == objects.Password
	if suspect {
		s.suspects++
	}
	switch {
	case !usable(status) || doubtful:
	case c.Purpose != result.SAMLSigning:
		s.countUsable(o.AppID, c, status)
	case status != result.Expiring:
		s.signed.add(o.ID)
	}
	change := s.scan.change(o, c)
	if !doubtful && !s.scan.options.Inventory && change == "" && !s.scan.anyRule(s.scan.newCase(o, full, status, secrets, change)) {
		return nil
	}
	return s.candidates.add(&record{object: *o, credential: c, usableSecrets: secrets, change: change})
}

func (s *stream) countUsable(appID string, c *objects.ListedCredential, status result.CredentialStatus) {
	s.usable.add(appID)
	if status != result.Expiring {
		s.lasting.add(appID)
	}
	if c.Kind == objects.Certificate {
		s.certified.add(appID)
	}
}

func (s *stream) count(p objects.Page) {
	s.objects += p.Objects
	s.scan.page(p)
}

// newCase is a credential, or an object, as the rules see it before the whole tenant was
// read.
func (t *tenantScan) newCase(o *objects.Listed, c *objects.Credential, status result.CredentialStatus, secrets int, change string) *ruleCase {
	return &ruleCase{
		Now: t.now, Within: t.within, MaxLifetime: t.options.MaxLifetime, MaxPasswords: t.options.MaxPasswords,
		Object: o, Credential: c, Status: status, UsableSecrets: secrets, Change: change,
	}
}

// anyRule reports whether a rule may find something.
func (t *tenantScan) anyRule(k *ruleCase) bool {
	for i := range t.options.Rules {
		if r := &t.options.Rules[i]; t.applies(r, k) && r.judge(k) != "" {
			return true
		}
	}
	return false
}

// applies reports whether a rule is about such a case, and has what it needs.
func (t *tenantScan) applies(r *rule, k *ruleCase) bool {
	if !r.about(k.Credential) {
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
		return !k.Joined || t.known.powers.asked
	case NeedPreview:
		return t.options.Preview != nil
	}
	return true
}
