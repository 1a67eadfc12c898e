"use strict";

const SIGNED_IN = /\/v1\/auth\/(sign-in|sign-up|refresh)$/;

// Redoc's sidebar asks another host for its logo, by attribute and by property. An image of
// another origin becomes an empty one, which Redoc takes for a failed load and leaves out.
function keepImagesLocal() {
  const image = HTMLImageElement.prototype;
  const { get } = Object.getOwnPropertyDescriptor(image, "src");
  image.setAttribute = function (name, value) {
    const url = name === "src" && new URL(value, location.href);
    const foreign = url && url.protocol !== "data:" && url.origin !== location.origin;
    Element.prototype.setAttribute.call(this, name, foreign ? "data:," : value);
  };
  Object.defineProperty(image, "src", {
    get,
    set(value) {
      this.setAttribute("src", value);
    },
  });
}

function startSwagger(target) {
  const ui = SwaggerUIBundle({
    domNode: target,
    url: target.dataset.spec,
    validatorUrl: null,
    deepLinking: true,
    tryItOutEnabled: true,
    persistAuthorization: true,
    displayRequestDuration: true,
    responseInterceptor: (response) => {
      const token = response.body?.access_token;
      const signedIn = SIGNED_IN.test(new URL(response.url, location.href).pathname);
      if (signedIn && (response.status === 200 || response.status === 201) && token) {
        ui.preauthorizeApiKey("bearer", token);
        ui.authActions.persistAuthorizationIfNeeded();
      }
      return response;
    },
  });
}

function startRedoc(target) {
  keepImagesLocal();
  const fontFamily = "system-ui, sans-serif";
  Redoc.init(
    target.dataset.spec,
    {
      requiredPropsFirst: true,
      theme: { typography: { fontFamily, headings: { fontFamily } } },
    },
    target,
  );
}

const target = document.getElementById("docs");
if (window.SwaggerUIBundle) startSwagger(target);
if (window.Redoc) startRedoc(target);
