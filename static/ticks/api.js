// The API's pages: a form leaves out what is empty, and one may delete.

for (const form of document.querySelectorAll("form.query")) {
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (value.trim() === "") formData.delete(name);
  });
}

for (const form of document.querySelectorAll("form[data-method]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (confirm("Delete it?")) send(form);
  });
}

async function send(form) {
  const notice = form.querySelector(".notice");
  try {
    const answer = await fetch(location.pathname, {
      method: form.dataset.method,
      headers: { "X-CSRFToken": new FormData(form).get("csrfmiddlewaretoken"), Accept: "application/json" },
    });
    if (answer.ok) {
      location.assign(form.dataset.then);
      return;
    }
    notice.textContent = (await answer.json()).detail;
  } catch (error) {
    notice.textContent = `It could not be sent: ${error.message}`;
  }
  notice.hidden = false;
}
