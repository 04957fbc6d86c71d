package entra

import (
	"context"
	"net/http"

	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/transport"
)

// discover reads a tenant's OpenID configuration from a sign-in host, without a
// credential. It returns a refusal if the service knows no such tenant.
func discover(ctx context.Context, client *http.Client, authorityHost, tenant string) (fact.Fact[directory], *Refusal) {
	origin, bad := origin(authorityHost)
	if bad != nil {
		return fact.Missing[directory](bad), nil
	}
	segment, bad := tenantSegment(tenant)
	if bad != nil {
		return fact.Missing[directory](bad), nil
	}
	s := &session{origin: origin, rec: &recorder{origin: origin, now: now(nil)}}
	s.client = transport.Wrap(client, s.chain)
	url := origin + "/" + segment + "/v2.0/.well-known/openid-configuration"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fact.Missing[directory](malformedTenant()), nil
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return fact.Missing[directory](transport.Classify(err)), nil
	}
	resp.Body.Close()
	a := Attempt{Exchanges: s.rec.seen}
	a.Directory = directoryFrom(a)
	if !a.Directory.Known() {
		judge(ctx, &a, origin, errNoDirectory)
		if a.Err != nil {
			a.Directory = fact.Missing[directory](a.Err)
		}
	}
	return a.Directory, a.Refusal
}
