package main

import (
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/scan"
	"github.com/spcheck/spcheck/internal/smallfile"
	"github.com/spcheck/spcheck/internal/strictyaml"
)

// maxPolicyFile limits the size of a policy file in bytes. Real policies have a few
// thousand.
const maxPolicyFile = 1 << 20

// policyPreview reads --policy-preview, which is a date or a policy file.
func policyPreview(text string) (*scan.Preview, error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if at, err := time.Parse(layout, text); err == nil {
			return &scan.Preview{At: at}, nil
		}
	}
	p, err := readPolicy(text)
	if err != nil {
		return nil, err
	}
	for _, r := range append(p.Application, p.ServicePrincipal...) {
		if r.Problem != "" && r.Problem != objects.NotJudged {
			return nil, restrictionError(text, r)
		}
	}
	return &scan.Preview{Policy: &p}, nil
}

// readPolicy reads a policy in the JSON of Microsoft Graph.
func readPolicy(path string) (objects.AppPolicy, error) {
	hint := msg.New("give a date such as 2027-03-01, or a file with an app management policy in Microsoft Graph's format")
	data, err := smallfile.Read(path, maxPolicyFile)
	if err != nil {
		return objects.AppPolicy{}, fail.Usage(msg.New("--policy-preview %q is neither a date nor a file that can be read: %s", path, msg.Of(err)), hint)
	}
	p, err := wire.ParseAppPolicy(strictyaml.Text(data))
	if err != nil {
		return p, fail.Usage(msg.New("the file %s is not an app management policy: it has none of restrictions, applicationRestrictions and servicePrincipalRestrictions", path), hint)
	}
	return p, nil
}

// restrictionError says which part of a restriction cannot be read. An invalid
// restriction is an error; ignoring it would falsify the preview.
func restrictionError(path string, r objects.Restriction) error {
	switch r.Problem {
	case objects.BadLifetime:
		return fail.Usage(msg.New("the policy in %s has a restriction %s whose maxLifetime is %q", path, r.Type, r.Wrote),
			msg.New("write days, hours, minutes and seconds in ISO 8601 form, such as P180D or P4DT12H; months and years have no fixed length"))
	case objects.BadDate:
		return fail.Usage(msg.New("the policy in %s has a restriction %s whose restrictForAppsCreatedAfterDateTime is %q", path, r.Type, r.Wrote),
			msg.New("write a time such as 2027-03-01T00:00:00Z, or null"))
	}
	return fail.Usage(msg.New("the policy in %s has a restriction of the unknown type %q", path, r.Wrote),
		msg.New("known types: passwordAddition, customPasswordAddition, passwordLifetime, symmetricKeyAddition, symmetricKeyLifetime, asymmetricKeyLifetime and trustedCertificateAuthority"))
}
