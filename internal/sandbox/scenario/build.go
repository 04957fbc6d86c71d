package scenario

import (
	"cmp"
	"crypto"
	"crypto/rsa"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/fault"
	"github.com/spcheck/spcheck/internal/sandbox/pki"
	"github.com/spcheck/spcheck/internal/sandbox/sts"
)

// Built is the state and configuration of a scenario.
type Built struct {
	World  *directory.World
	Client settings
	// Profiles are for the clients' config file.
	Profiles []configured
	Reader   settings // of the directory
	STS      sts.Options
	Faults   []fault.Fault
	// ClockOffset is the service's offset to the machine's clock.
	ClockOffset time.Duration
}

// settings configure a client, sometimes wrongly on purpose. A nil Secret is not
// configured; an empty one is.
type settings struct {
	Tenant, ClientID string
	Cloud            string
	AuthorityHost    string // empty for the sandbox's own
	WithoutCA        bool
	Secret           *string
	Certificate      []byte // PEM with private key, or nil
	Token            *string
}

// configured is a profile: an application that reads its own tenant.
type configured struct{ Name, Tenant, ClientID, Secret string }

// builder collects what the parts of a scenario refer to.
type builder struct {
	s         *Scenario
	now       time.Time
	world     *directory.World
	passwords map[string]string      // values by label
	clients   map[string]*pki.Client // certificates by label
	apps      map[string]string      // application IDs by name
	issuer    *rsa.PrivateKey
	keys      pki.Keys
	// entries are added to a tenant's logs after all its apps.
	entries []func()
}

// Build makes the state at a time. Identifiers and generated secrets only depend on the
// scenario's name; certificates are always new, and keys new in each process.
func (s *Scenario) Build(now time.Time) (*Built, error) {
	b := &builder{
		s: s, now: now.UTC(), world: &directory.World{}, passwords: map[string]string{},
		clients: map[string]*pki.Client{}, apps: map[string]string{},
	}
	out := &Built{World: b.world, ClockOffset: time.Duration(s.ClockOffset)}
	for i := range s.Tenants {
		if err := b.tenant(&s.Tenants[i]); err != nil {
			return nil, err
		}
	}
	var err error
	if out.Reader, err = b.reader(); err != nil {
		return nil, err
	}
	if out.Client, err = b.client(); err != nil {
		return nil, err
	}
	for _, f := range s.Faults {
		out.Faults = append(out.Faults, f.build())
	}
	if out.Profiles, err = b.profiles(); err != nil {
		return nil, err
	}
	out.STS = b.options(out.Client)
	return out, nil
}

func (b *builder) options(c settings) sts.Options {
	o := sts.Options{
		World: b.world, Cloud: b.s.Cloud, LegacyErrors: b.s.LegacyErrors,
		DisabledResources: b.s.DisabledResources, PendingPolls: 1,
		IssuerKeys: map[string]crypto.PublicKey{},
	}
	values := strings.NewReplacer("{appId}", c.ClientID, "{tenant}", c.Tenant, "{name}", b.s.clientApp())
	for _, r := range b.s.Refusals {
		r.AppID, r.Text = c.ClientID, values.Replace(r.Text)
		r.Status, r.Error = cmp.Or(r.Status, 400), cmp.Or(r.Error, "invalid_request")
		o.Refusals = append(o.Refusals, r)
	}
	if b.issuer != nil {
		for _, issuer := range b.s.issuers() {
			o.IssuerKeys[issuer] = &b.issuer.PublicKey
		}
	}
	return o
}

// issuers returns the foreign issuers in the file. They share one key.
func (s *Scenario) issuers() []string {
	var out []string
	for _, t := range s.Tenants {
		for _, a := range t.Apps {
			if a.Application == nil {
				continue
			}
			for _, f := range a.Application.Federated {
				out = append(out, f.Issuer)
			}
		}
	}
	if s.Client.Federated != nil {
		out = append(out, s.Client.Federated.Issuer)
	}
	return out
}

// id returns an identifier from the file, or else one derived from the scenario's name
// and what it is for.
func (b *builder) id(written string, what ...string) string {
	if written != "" {
		return written
	}
	seed := b.s.Name
	for _, w := range what {
		seed += "\x00" + w
	}
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("spcheck-sandbox:"+seed)).String()
}
