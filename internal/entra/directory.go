package entra

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/spcheck/spcheck/internal/fact"
)

// directory is what a tenant's OpenID configuration tells anyone.
type directory struct {
	TenantID    string // GUID in lower case; empty if the document has none
	Issuer      string
	TokenHost   string // host of the token endpoint
	RegionScope string // tenant_region_scope, such as "EU", "USGov"
	SubScope    string // tenant_region_sub_scope, such as "GCC", "DODCON"
	GraphHost   string // msgraph_host
	Instance    string // cloud_instance_name
}

var errNoDirectory = errors.New("the tenant's OpenID configuration could not be read")

func directoryFrom(a Attempt) fact.Fact[directory] {
	ex, ok := a.last(discovery)
	if !ok || ex.Err != nil || ex.Status != http.StatusOK {
		return fact.Missing[directory](errNoDirectory)
	}
	var m map[string]json.RawMessage
	if json.Unmarshal([]byte(ex.Body.Reveal()), &m) != nil || text(m["issuer"]) == "" {
		return fact.Missing[directory](errNoDirectory)
	}
	d := directory{
		Issuer: text(m["issuer"]), RegionScope: text(m["tenant_region_scope"]),
		SubScope: text(m["tenant_region_sub_scope"]), GraphHost: text(m["msgraph_host"]),
		Instance: text(m["cloud_instance_name"]),
	}
	if u, err := url.Parse(text(m["token_endpoint"])); err == nil {
		d.TokenHost = u.Host
	}
	d.TenantID = guidIn(d.Issuer)
	return fact.Of(d)
}

// guidIn finds the GUID in an issuer such as https://HOST/GUID/v2.0.
func guidIn(s string) string {
	guid := regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)
	return strings.ToLower(guid.FindString(s))
}
