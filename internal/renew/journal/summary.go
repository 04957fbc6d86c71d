package journal

import (
	"time"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/msg"
)

// Summary says what is known of an unfinished renewal, as sentences.
func (e *Entry) Summary() msg.Text {
	if e.Kind == Certificate {
		return e.certificate()
	}
	switch e.Stage {
	case Adding:
		return msg.New("On %s a secret named %q was about to be added. It is not known whether it was; its value was lost.", e.Began, e.Name)
	case Added:
		return msg.New("On %s the secret %q (%s) was added; its value was lost before it was stored.", e.Began, e.Name, e.KeyID)
	case Storing:
		return msg.New("On %s the secret %q (%s) was added; whether its value reached %s is not known.", e.Began, e.Name, e.KeyID, e.Targets())
	}
	return msg.New("On %s the secret %q (%s) was added and stored in %s; whether it works has not been verified.", e.Began, e.Name, e.KeyID, e.Targets())
}

func (e *Entry) certificate() msg.Text {
	switch e.Stage {
	case Making:
		return msg.New("On %s a certificate named %q was about to be created in %s; nothing was added to Entra.", e.Began, e.Name, e.staged())
	case Adding:
		return msg.New("On %s the certificate named %q was created in %s; it is not known whether it was added to Entra.", e.Began, e.Name, e.staged())
	case Added:
		return msg.New("On %s the certificate %s named %q was created in %s and added to Entra; it has not been verified.", e.Began, e.KeyID, e.Name, e.staged())
	}
	return msg.New("On %s the certificate %s named %q was added and verified; it is not known whether it was installed in %s.", e.Began, e.KeyID, e.Name, e.Targets())
}

func (e *Entry) staged() string {
	if len(e.Places) == 0 {
		return ""
	}
	return e.Places[0].Staged
}

// ResumeCommand is what continues with an unfinished renewal of a secret.
func ResumeCommand(appID string) commandline.Words {
	return commandline.Words{"spcheck", "renew-secret", "--sp", appID, "--resume"}
}

// Resume is what continues with this renewal.
func (e *Entry) Resume() commandline.Words {
	if e.Kind == Certificate {
		return commandline.Words{"spcheck", "renew-certificate", "--sp", e.AppID, "--resume"}
	}
	return ResumeCommand(e.AppID)
}

// Pending looks unfinished renewals up in the user's state, for reports of other
// commands: that of a secret, else that of a certificate; nil where there is none.
// The tenant is its GUID or the name that was configured.
func Pending(env func(string) (string, bool), tenant, appID string) (*Entry, error) {
	s, err := Open(env, time.Now)
	if err != nil {
		return nil, nil // no folder for state, so that nothing was ever kept
	}
	e, err := s.Pending(Secret, appID, tenant)
	if e != nil || err != nil {
		return e, err
	}
	return s.Pending(Certificate, appID, tenant)
}
