package diagnose

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// remedies says what to do about a root cause, with the real IDs filled in.
func (v *view) remedies(d *verdict) []result.Remedy {
	list := v.specific(d)
	if r := v.Renewal; r.Known() && !r.Value.State.IsZero() {
		list = append([]result.Remedy{remedy(msg.New("Continue the unfinished renewal"), result.Typed(r.Value.Command...)...)}, list...)
	}
	notes := v.productNotes()
	if v.needsAdvice(d, len(list), len(notes)) {
		list = slices.Insert(list, 0, remedy(v.advice(d)))
	}
	for _, note := range notes {
		list = append(list, remedy(note))
	}
	return v.byWhom(list)
}

// needsAdvice reports whether the sentence of the cause goes before the steps that
// the facts allow and the notes of the product. Before a secret expires the steps
// are all that it would say.
func (v *view) needsAdvice(d *verdict, steps, notes int) bool {
	switch {
	case v.keyless(), d.id == causes.Unknown && notes > 0:
		return false
	case steps == 0:
		return true
	}
	return d.id != causes.SecretExpiring && (!d.remedy.IsZero() || v.fromText)
}

// byWhom says who can do what the reader cannot, where the run knows already that
// the reader may only read.
func (v *view) byWhom(list []result.Remedy) []result.Remedy {
	changes := func(r result.Remedy) bool {
		return slices.ContainsFunc(r.Commands, func(c result.Command) bool {
			return strings.HasPrefix(c.Command, "spcheck renew-") || strings.HasPrefix(c.Command, "spcheck remove-") || strings.HasPrefix(c.Command, "spcheck federate ")
		})
	}
	if i := slices.IndexFunc(list, changes); i >= 0 && v.Reader.ReadsOnly {
		who := remedy(msg.New("The reader %s may only read. The changes below need an owner of the application or an Application Administrator: sign in with az login and add --reader azure-cli, or ask an administrator to grant the reader the permission Application.ReadWrite.OwnedBy and make it an owner", v.Reader.Name))
		return slices.Insert(list, i, who)
	}
	return list
}

// advice is the sentence that explain prints for the cause: of the code's entry
// where the code allows the cause, else the cause's own.
func (v *view) advice(d *verdict) msg.Text {
	if !d.remedy.IsZero() {
		return d.remedy
	}
	if v.refusal != nil {
		for _, r := range v.refusal.Causes {
			if r.ID == d.id {
				return r.Remedy
			}
		}
	}
	generic, _ := causes.Lookup(d.id)
	return generic.Remedy
}

// specific are the steps that the facts allow to name. None of them makes what
// is there already: a secret where the application has a valid one, an object
// that is listed, a permission that the token holds.
func (v *view) specific(d *verdict) []result.Remedy {
	if d.product {
		return v.forProduct(d)
	}
	switch id := d.id; id {
	case causes.PrincipalKindMismatch:
		if v.keyless() {
			return v.ofItsKind()
		}
	case causes.SecretExpired, causes.SecretRemoved, causes.SecretWrong, causes.SecretSuperseded, causes.SecretIsKeyID:
		return v.anotherSecret(id)
	case causes.SecretExpiring:
		return v.beforeExpiry()
	case causes.ConditionalAccess:
		return v.unblock()
	case causes.AppDeleted:
		return v.restore()
	case causes.FederationMismatch:
		return v.trustToken()
	case causes.SecretDamaged:
		return v.enterAgain()
	case causes.SecretNotPropagated:
		return []result.Remedy{remedy(msg.New("Wait a few minutes, then check again; you do not have to change anything"), result.Typed("spcheck", "diagnose")...)}
	case causes.TenantNotFound, causes.TenantMalformed:
		return v.rightTenant()
	case causes.WrongCloud:
		return v.otherCloud()
	case causes.ClientIDMistaken:
		return v.rightClientID()
	case causes.ServicePrincipalMissing:
		return v.createPrincipal()
	case causes.ServicePrincipalDisabled:
		return v.enablePrincipal()
	case causes.PermissionMissing:
		return v.grant("User.Read.All", "df021288-bdef-4463-88db-98f22de89214")
	case causes.AppNotFound:
		return v.findApp()
	case causes.CertificateExpired:
		return v.renewCertificate()
	case causes.CertificateNotRegistered, causes.CertificateWrongApp:
		return v.uploadCertificate()
	}
	return nil
}

// forProduct is what to do about a product that fails while the credential at
// hand signs in: give it that one. Nothing has to be made.
func (v *view) forProduct(d *verdict) []result.Remedy {
	if !d.id.Is(causes.Secret) {
		if r := v.reported(); len(r.Causes) > 0 && r.Causes[0].ID == d.id && d.id != causes.PermissionMissing {
			return []result.Remedy{remedy(r.Causes[0].Remedy)}
		}
		return v.grant("User.Read.All", "df021288-bdef-4463-88db-98f22de89214")
	}
	list := []result.Remedy{remedy(msg.New("Configure the credential that works here (%s) in the product, then restart the product.", v.Setup.Origin.Text()))}
	if used, known := v.productUses(); known && objects.IsGUID(used.KeyID) && objects.IsGUID(v.appID()) {
		list = append(list, remedy(msg.New("Once the product can sign in, remove the expired credential"),
			result.Typed("spcheck", "remove-secret", "--sp", v.appID(), "--key-id", used.KeyID)...))
	}
	return list
}

// remedy is one thing to do. The title of one with commands leads to them.
func remedy(title msg.Text, commands ...result.Command) result.Remedy {
	if len(commands) == 0 {
		return result.Remedy{Title: title, Commands: []result.Command{}}
	}
	return result.Remedy{Title: msg.New("%s:", title), Commands: commands}
}

func linked(r result.Remedy, link string) result.Remedy {
	r.Link = &link
	return r
}

// productNotes are what the recognised product asks to be done, such as where
// MailStore keeps the secret.
func (v *view) productNotes() []msg.Text {
	var notes []msg.Text
	seen := map[string]bool{}
	for _, m := range v.Text.Value {
		for _, n := range slices.Concat(m.Places(), m.Notes) {
			if !seen[n.String()] {
				seen[n.String()] = true
				notes = append(notes, n)
			}
		}
	}
	return notes
}
