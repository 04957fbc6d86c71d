package scenario

import (
	"errors"
	"fmt"
	"slices"
)

// check finds errors that the YAML syntax allows.
func (s *Scenario) check() error {
	switch {
	case s.Title == "":
		return errors.New("title is missing")
	case len(s.Tenants) == 0:
		return errors.New("tenants is missing: at least one is required")
	case trues(s.Client.Secret != nil, s.Client.Certificate != nil, s.Client.Federated != nil) > 1:
		return errors.New("client: give only one of secret, certificate and federated")
	}
	for i := range s.Tenants {
		if err := s.Tenants[i].check(); err != nil {
			return err
		}
	}
	for _, f := range s.Faults {
		if err := f.build().Check(); err != nil {
			return err
		}
	}
	if c := s.Client.Secret; c != nil {
		for i, d := range c.Damage {
			if d.fields() != 1 {
				return fmt.Errorf("client: damage %d must have exactly one field", i+1)
			}
		}
	}
	return nil
}

// trues returns how many conditions hold.
func trues(conditions ...bool) int {
	return len(slices.DeleteFunc(conditions, func(c bool) bool { return !c }))
}

func (t *tenant) check() error {
	if len(t.Domains) == 0 {
		return errors.New("a tenant needs a domain")
	}
	if !slices.Contains([]string{"", "public", "usgov", "usgov-dod", "china"}, t.Cloud) {
		return fmt.Errorf("tenant %s: cloud %q is none of public, usgov, usgov-dod and china", t.Domains[0], t.Cloud)
	}
	if err := t.checkPolicies(); err != nil {
		return fmt.Errorf("tenant %s: %w", t.Domains[0], err)
	}
	if err := t.Delta.check(); err != nil {
		return fmt.Errorf("tenant %s: delta: %w", t.Domains[0], err)
	}
	for _, a := range t.Apps {
		if a.Name == "" {
			return fmt.Errorf("tenant %s: an app without a name", t.Domains[0])
		}
		if !slices.Contains([]string{"", "application", "servicePrincipal"}, a.Only) {
			return fmt.Errorf("app %s: only must be application or servicePrincipal", a.Name)
		}
		for _, c := range a.objects() {
			if err := c.check(); err != nil {
				return fmt.Errorf("app %s: %w", a.Name, err)
			}
		}
	}
	return nil
}

func (t *tenant) checkPolicies() error {
	if err := t.Policy.check(); err != nil {
		return err
	}
	for i := range t.Policies {
		if t.Policies[i].Name == "" {
			return errors.New("a policy without a name")
		}
		if err := t.Policies[i].check(); err != nil {
			return err
		}
	}
	return nil
}

// objects returns the described application and service principal.
func (a *app) objects() []common {
	var all []common
	if a.Application != nil {
		all = append(all, a.Application.Object)
	}
	if a.ServicePrincipal != nil {
		all = append(all, a.ServicePrincipal.Object)
	}
	return all
}

func (c common) check() error {
	var logs [][]logged
	for _, c := range c.Certificates {
		if !slices.Contains([]string{"", "verify", "sign", "encrypt"}, c.Usage) {
			return fmt.Errorf("usage %q of a certificate is none of verify, sign and encrypt", c.Usage)
		}
		if c.Active && c.As == "" {
			return errors.New("the active certificate needs a label (as)")
		}
		logs = append(logs, c.Log)
	}
	for _, p := range c.Passwords {
		logs = append(logs, p.Log)
	}
	for _, list := range logs {
		if err := checkLog(list); err != nil {
			return err
		}
	}
	return nil
}

func (d damage) fields() int {
	return trues(d.Append != "", d.Prepend != "", d.Wrap != "", d.Drop != 0, d.Alter != 0, d.Remove != "", d.Mask != 0, d.PercentEncode, d.Base64)
}
