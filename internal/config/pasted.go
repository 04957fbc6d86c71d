package config

import (
	"os"
	"strings"
	"unicode"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/near"
	"github.com/spcheck/spcheck/internal/objects"
)

// Quotation marks of any language, and brackets that stand around an ID in
// documents.
const quotationMarks = "\"'`´„“”‟‚‘’‛«»‹›「」『』〝〞＂＇<>"

// brackets stand around a GUID in the registry, in C# and in documents.
const brackets = "{}()[]"

// sentenceEnds are what a sentence puts behind a value.
const sentenceEnds = ".,;:!…"

// Bare takes off what copying leaves around a value: blanks, characters that
// cannot be seen, quotation marks and, if ends is set, punctuation at its end. It
// names what it took off.
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

// domainLike is what a tenant's name looks like.
var domainLike = lazyregexp.New(`^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}$`)

// IsTenant reports whether a value has the form of a tenant: a GUID or a domain.
func IsTenant(s string) bool { return objects.IsGUID(s) || domainLike().MatchString(s) }

// unpaste takes what copying left around a tenant, a client ID or a path, where
// what is inside is plain, and says so: other programs may take the value as it is.
func (s *Settings) unpaste() {
	for _, n := range []Name{Tenant, ClientID, CAFile} {
		v := s.values[n]
		bare, removed := Bare(v.Value, true)
		plain := map[Name]func(string) bool{Tenant: IsTenant, ClientID: objects.IsGUID, CAFile: isFile}[n]
		if v.Value == bare || plain(v.Value) || !plain(bare) {
			continue
		}
		s.Notices = append(s.Notices, msg.New("%s has %s around the value; spcheck ignores them, but other programs may not", the(v.Origin), msg.Join(removed, ", ")))
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
	s.Notices = append(s.Notices, msg.New("the path of the credential has %s around it; spcheck ignores them", msg.Join(removed, ", ")))
	*path = bare
}

// BareFile takes off what copying left around the path of a file that is there once
// it is gone, and names it; else it returns the path as it is.
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

// others are variables of other tools that mean what one of ours does.
var others = []struct {
	name, tool, ours string
	setting          Name
}{
	{"ARM_TENANT_ID", "Terraform", "AZURE_TENANT_ID", Tenant},
	{"ARM_CLIENT_ID", "Terraform", "AZURE_CLIENT_ID", ClientID},
	{"ARM_CLIENT_SECRET", "Terraform", "AZURE_CLIENT_SECRET", secretFile},
	{"AzureAd__TenantId", "ASP.NET", "AZURE_TENANT_ID", Tenant},
	{"AzureAd__ClientId", "ASP.NET", "AZURE_CLIENT_ID", ClientID},
	{"AzureAd__ClientSecret", "ASP.NET", "AZURE_CLIENT_SECRET", secretFile},
	{"AZURE_AD_TENANT_ID", "NextAuth", "AZURE_TENANT_ID", Tenant},
	{"AZURE_AD_CLIENT_ID", "NextAuth", "AZURE_CLIENT_ID", ClientID},
	{"AZURE_AD_CLIENT_SECRET", "NextAuth", "AZURE_CLIENT_SECRET", secretFile},
	{"MICROSOFT_PROVIDER_AUTHENTICATION_SECRET", "Azure App Service", "AZURE_CLIENT_SECRET", secretFile},
	{"MSAL_TENANT_ID", "MSAL", "AZURE_TENANT_ID", Tenant},
	{"MSAL_CLIENT_ID", "MSAL", "AZURE_CLIENT_ID", ClientID},
	{"MSAL_CLIENT_SECRET", "MSAL", "AZURE_CLIENT_SECRET", secretFile},
	{"TENANT_ID", "", "AZURE_TENANT_ID", Tenant},
	{"CLIENT_ID", "", "AZURE_CLIENT_ID", ClientID},
	{"CLIENT_SECRET", "", "AZURE_CLIENT_SECRET", secretFile},
}

// noticeOthers notices variables of other tools where ours are not set, and a
// subscription's ID in the place of a tenant's.
func (s *Settings) noticeOthers(env Env) {
	for _, o := range others {
		missing := s.Value(o.setting) == ""
		if o.setting == secretFile {
			missing = s.Credential == nil
		}
		if v, _ := env(o.name); v == "" || !missing {
			continue
		}
		if o.tool == "" {
			s.Notices = append(s.Notices, msg.New("%s is set, but spcheck reads %s", o.name, o.ours))
			continue
		}
		s.Notices = append(s.Notices, msg.New("%s is set, which is for %s; spcheck reads %s", o.name, o.tool, o.ours))
	}
	tenant := s.values[Tenant]
	for _, name := range []string{"AZURE_SUBSCRIPTION_ID", "ARM_SUBSCRIPTION_ID"} {
		if v, _ := env(name); v != "" && strings.EqualFold(v, tenant.Value) {
			s.Notices = append(s.Notices, msg.New("%s is the same as %s: that is the ID of a subscription, not of a tenant", the(tenant.Origin), name))
		}
	}
	s.noticeMisspelt(tenant)
	if id := s.values[ClientID]; id.Value != "" && strings.EqualFold(id.Value, tenant.Value) {
		s.Notices = append(s.Notices, msg.New("the tenant and the client ID are the same; one of them is wrong"))
	}
}

// noticeMisspelt notices a domain whose ending is nearly the one that every tenant
// has, and a domain in the place of the client ID.
func (s *Settings) noticeMisspelt(tenant setting) {
	if meant := near.Tenant(tenant.Value); meant != "" && domainLike().MatchString(tenant.Value) {
		s.Notices = append(s.Notices, msg.New("the tenant is %s; did you mean %s?", tenant.Value, meant))
	}
	if id := s.values[ClientID]; domainLike().MatchString(id.Value) {
		s.Notices = append(s.Notices, msg.New("the client ID is a domain name, which only a tenant has; it must be a GUID"))
	}
}
