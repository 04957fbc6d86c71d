package journal

import (
	"time"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/msg"
)

// Summary says what is known of an unfinished renewal, as sentences.
func (e *Entry) Summary() msg.Text {
	switch e.Stage {
	case Adding:
		return msg.New("On %s a secret named %q was about to be added; whether it was is not known, and its value was lost.", e.Began, e.Name)
	case Added:
		return msg.New("On %s the secret %s named %q was added; its value was lost before it was stored.", e.Began, e.KeyID, e.Name)
	case Storing:
		return msg.New("On %s the secret %s named %q was added; whether its value reached %s is not known.", e.Began, e.KeyID, e.Name, e.Targets())
	}
	return msg.New("On %s the secret %s named %q was added and stored in %s; it has not been proven to sign in.", e.Began, e.KeyID, e.Name, e.Targets())
}

// ResumeCommand is what goes on with an unfinished renewal.
func ResumeCommand(appID string) commandline.Words {
	return commandline.Words{"spcheck", "renew-secret", "--sp", appID, "--resume"}
}

// Pending looks an unfinished renewal up in the user's state, for reports of
// other commands; nil where there is none. The tenant is its GUID or the name
// that was configured.
func Pending(env func(string) (string, bool), tenant, appID string) (*Entry, error) {
	s, err := Open(env, time.Now)
	if err != nil {
		return nil, nil // no folder for state, so that nothing was ever kept
	}
	return s.Pending(tenant, appID)
}
