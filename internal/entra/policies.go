package entra

import "encoding/json"

// maxPolicies is the maximum number of policies read from an answer.
const maxPolicies = 16

// Policies returns the IDs of the Conditional Access policies that blocked the sign-in.
// They are in the answer's claims challenge, a JSON text in the field claims
// (access_token, capolids, values). It is empty if there are none.
func (r *Refusal) Policies() []string {
	var body struct {
		Claims string `json:"claims"`
	}
	var claims struct {
		AccessToken struct {
			Policies struct {
				Values []string `json:"values"`
			} `json:"capolids"`
		} `json:"access_token"`
	}
	if json.Unmarshal([]byte(r.Body.Reveal()), &body) != nil || json.Unmarshal([]byte(body.Claims), &claims) != nil {
		return nil
	}
	ids := claims.AccessToken.Policies.Values
	return ids[:min(len(ids), maxPolicies)]
}
