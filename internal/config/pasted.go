package config

import (
	"os"
	"strings"
	"unicode"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/near"
	"github.com/spcheck/spcheck/internal/objects"
)

// quotationMarks are those of any language, and the angle brackets of documents.
const quotationMarks = "\"'`´„“”‟‚‘’‛«»‹›「」『』〝〞＂＇<>"

// brackets are around GUIDs in the registry, in C# and in documents.
const brackets = "{}()[]"

// sentenceEnds are punctuation that may follow a value in a sentence.
const sentenceEnds = ".,;:!…"

// Bare removes what was copied along with a value: blanks, invisible characters, quotation
// marks and, if ends is set, brackets and final punctuation. It names what it removed.
func Bare(s string, ends bool) (bare string, removed []msg.Text) {
	visible := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || unicode.IsControl(r) && r != '\t' {
			return -1
		}
		return r
	}, s)
	if visible != s {
		removed = append(removed, msg.New("invisible characters"))
	}
	bare = strings.TrimFunc(visible, unicode.IsSpace)
	if bare != visible {
		removed = append(removed, msg.New("spaces"))
	}
	if inner := strings.Trim(bare, quotationMarks); inner != bare {
		bare, removed = inner, append(removed, msg.New("quotation marks"))
	}
	if inner := strings.Trim(bare, brackets); ends && inner != bare {
		bare, removed = inner, append(removed, msg.New("brackets"))
	}
	if inner := strings.TrimRight(bare, sentenceEnds+quotationMarks); ends && inner != bare {
		bare, removed = inner, append(removed, msg.New("punctuation"))
	}
	return strings.TrimFunc(bare, unicode.IsSpace), removed
}

// unpaste removes what was copied along with a tenant, a client ID or a path, if the rest is
// valid. It adds a notice, because other programs may use the value as it is.
func (s *Settings) unpaste() {
	for _, n := range []Name{Tenant, ClientID, CAFile} {
		v := s.values[n]
		bare, removed := Bare(v.Value, true)
		plain := map[Name]func(string) bool{Tenant: objects.IsTenant, ClientID: objects.IsGUID, CAFile: isFile}[n]
		if v.Value == bare || plain(v.Value) || !plain(bare) {
			continue
		}
		s.notice(msg.New("%s has %s around the value; spcheck ignores them, but other programs may not", the(v.Origin), msg.Join(removed, ", ")))
		s.values[n] = setting{Value: bare, Origin: v.Origin}
	}
	if c := s.Credential; c != nil {
		s.unpastePath(&c.Path)
		if c.Secret != nil {
			s.unpastePath(&c.Secret.File)
		}
	}
}

func (s *Settings) unpastePath(path *string) {
	bare, removed := BareFile(*path)
	if len(removed) == 0 {
		return
	}
	s.notice(msg.New("the path of the credential has %s around it; spcheck ignores them", msg.Join(removed, ", ")))
	*path = bare
}

// BareFile removes what was copied along with a path if the rest is an existing file, and
// names what it removed. Otherwise it returns the path unchanged.
func BareFile(path string) (bare string, removed []msg.Text) {
	bare, removed = Bare(path, true)
	if path == "" || bare == path || isFile(path) || !isFile(bare) {
		return path, nil
	}
	return bare, removed
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

func (s *Settings) notice(t msg.Text) { s.Notices = append(s.Notices, t) }

const tenantVariable, clientVariable, secretVariable = "AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"

// others are variables of other tools with the same meaning as one of ours.
var others = []struct{ name, tool, ours string }{
	{"ARM_TENANT_ID", "Terraform", tenantVariable},
	{"ARM_CLIENT_ID", "Terraform", clientVariable},
	{"ARM_CLIENT_SECRET", "Terraform", secretVariable},
	{"AzureAd__TenantId", "ASP.NET", tenantVariable},
	{"AzureAd__ClientId", "ASP.NET", clientVariable},
	{"AzureAd__ClientSecret", "ASP.NET", secretVariable},
	{"AZURE_AD_TENANT_ID", "NextAuth", tenantVariable},
	{"AZURE_AD_CLIENT_ID", "NextAuth", clientVariable},
	{"AZURE_AD_CLIENT_SECRET", "NextAuth", secretVariable},
	{"MICROSOFT_PROVIDER_AUTHENTICATION_SECRET", "Azure App Service", secretVariable},
	{"MSAL_TENANT_ID", "MSAL", tenantVariable},
	{"MSAL_CLIENT_ID", "MSAL", clientVariable},
	{"MSAL_CLIENT_SECRET", "MSAL", secretVariable},
	{"TENANT_ID", "", tenantVariable},
	{"CLIENT_ID", "", clientVariable},
	{"CLIENT_SECRET", "", secretVariable},
}

// noticeOthers adds notices about variables of other tools if ours are not set, and about
// the ID of a subscription in place of a tenant.
func (s *Settings) noticeOthers(env Env) {
	for _, o := range others {
		missing := map[string]bool{tenantVariable: s.Value(Tenant) == "", clientVariable: s.Value(ClientID) == "", secretVariable: s.Credential == nil}[o.ours]
		switch v, _ := env(o.name); {
		case v == "" || !missing:
		case o.tool == "":
			s.notice(msg.New("%s is set, but spcheck reads %s", o.name, o.ours))
		default:
			s.notice(msg.New("%s is set, which is for %s; spcheck reads %s", o.name, o.tool, o.ours))
		}
	}
	tenant := s.values[Tenant]
	for _, name := range []string{"AZURE_SUBSCRIPTION_ID", "ARM_SUBSCRIPTION_ID"} {
		if v, _ := env(name); v != "" && strings.EqualFold(v, tenant.Value) {
			s.notice(msg.New("%s is the same as %s: that is the ID of a subscription, not of a tenant", the(tenant.Origin), name))
		}
	}
	s.noticeMisspelt(tenant)
	if id := s.values[ClientID]; id.Value != "" && strings.EqualFold(id.Value, tenant.Value) {
		s.notice(msg.New("the tenant and the client ID are the same; one of them is wrong"))
	}
}

// noticeMisspelt adds notices about a misspelled tenant domain, and about a domain in place
// of the client ID.
func (s *Settings) noticeMisspelt(tenant setting) {
	if meant := near.Tenant(tenant.Value); meant != "" && objects.IsDomain(tenant.Value) {
		s.notice(msg.New("the tenant is %s; did you mean %s?", tenant.Value, meant))
	}
	if id := s.values[ClientID]; objects.IsDomain(id.Value) {
		s.notice(msg.New("the client ID is a domain name, which only a tenant has; it must be a GUID"))
	}
}
